//! Authorizes the requests of one environment. What a program adds to its own server; the gateway decides by the same
//! function about the requests that it forwards.

use std::net::IpAddr;
use std::sync::Arc;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use keystile_keys::EnvironmentId;
use keystile_policy::{Access, RequestFacts, RouteRules};
use keystile_verifier::{Environment, KeyInfo, Verifier, View};

use crate::authorize::{Rejection, UsageAccounting, authorize};
use crate::key_extractor::KeyExtractor;
use crate::problem::Problem;

/// The address of the client, as a request extension. A server sets it so that uses of a key are counted with it; nothing
/// is decided by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// A request that may pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorized {
    /// The key that authorized it; `None` where a rule requires none.
    pub key: Option<Arc<KeyInfo>>,
    /// The access that it required.
    pub access: Access,
}

/// Authorizes the requests of one environment. Cloning is cheap.
#[derive(Clone)]
pub struct Guard {
    verifier: Verifier,
    environment: EnvironmentId,
    rules: Arc<RouteRules>,
}

impl Guard {
    /// Creates a guard for the keys of this environment. GET, HEAD and OPTIONS require `read`, every other method `write`.
    pub fn new(verifier: Verifier, environment: EnvironmentId) -> Self {
        Self {
            verifier,
            environment,
            rules: Arc::default(),
        }
    }

    /// Requires what these rules say where the default of a method is wrong.
    #[must_use]
    pub fn with_rules(mut self, rules: RouteRules) -> Self {
        self.rules = Arc::new(rules);
        self
    }

    /// Decides about a request. Keys are read where the environment says at that moment.
    ///
    /// # Errors
    /// The request carries no key or more than one, its key may not do that, or no key can be checked at the moment.
    pub async fn authorize(&self, request: &Parts) -> Result<Authorized, Rejection> {
        let view = self.verifier.view();
        let extractor = self.extractor(view).await?;
        self.authorize_with(view, &extractor, request).await
    }

    /// As [`Guard::authorize`]; an authorized request then has [`Authorized`] among its extensions, and the key itself is
    /// removed from its headers.
    ///
    /// # Errors
    /// As [`Guard::authorize`].
    pub async fn admit(&self, request: &mut Parts) -> Result<Authorized, Rejection> {
        let view = self.verifier.view();
        let extractor = self.extractor(view).await?;
        // Only what was authorized here may be found there.
        request.extensions.remove::<Authorized>();
        let authorized = self.authorize_with(view, &extractor, request).await?;
        remove_key(&extractor, &mut request.headers, authorized.key.is_some());
        request.extensions.insert(authorized.clone());
        Ok(authorized)
    }

    async fn extractor(&self, view: View<'_>) -> Result<KeyExtractor, Rejection> {
        let found = view.environment(self.environment.as_str()).await;
        let environment = found.map_err(|error| Problem::unavailable(&error, false))?;
        // An environment that was deleted has no keys that could be accepted.
        Ok(environment
            .as_deref()
            .map(KeyExtractor::from)
            .unwrap_or_default())
    }

    async fn authorize_with(
        &self,
        view: View<'_>,
        extractor: &KeyExtractor,
        request: &Parts,
    ) -> Result<Authorized, Rejection> {
        let facts = RequestFacts::new(
            request.method.clone(),
            request.uri.path_and_query().cloned(),
            &request.headers,
        );
        let access = self.rules.required_access(&facts).access;
        let client = request.extensions.get::<ClientAddress>();
        let key = authorize_request(
            view,
            &self.environment,
            extractor,
            &request.headers,
            &facts,
            access,
            UsageAccounting::Counted(client.map(|client| client.0)),
        )
        .await?;
        Ok(Authorized { key, access })
    }
}

impl From<&Environment> for KeyExtractor {
    fn from(environment: &Environment) -> Self {
        Self::new(
            environment.key_location.clone(),
            environment.prefix.as_str(),
        )
    }
}

/// Decides about a request that requires `access`. Returns its key, `None` where it requires none. A key in the address, a
/// cookie or an unrelated header is rejected whatever is required.
///
/// # Errors
/// As [`Guard::authorize`].
pub async fn authorize_request(
    view: View<'_>,
    environment: &EnvironmentId,
    extractor: &KeyExtractor,
    headers: &HeaderMap,
    facts: &RequestFacts,
    access: Access,
    usage: UsageAccounting,
) -> Result<Option<Arc<KeyInfo>>, Rejection> {
    extractor.reject_stray_keys(headers, [facts.path().as_bytes()])?;
    let query = facts.query().map(str::as_bytes);
    let Access::Key(permission) = access else {
        if query.is_some_and(|query| extractor.is_key_in(query)) {
            return Err(Problem::key_in_query().into());
        }
        return Ok(None);
    };
    let key = extractor.extract(headers, query)?;
    authorize(view, key, environment, permission, usage)
        .await
        .map(Some)
}

/// Removes the headers that carried the key, or contain one.
fn remove_key(extractor: &KeyExtractor, headers: &mut HeaderMap, is_authorized: bool) {
    if extractor.removes_authorization(headers, is_authorized) {
        headers.remove(AUTHORIZATION);
    }
    let names: Vec<_> = headers
        .keys()
        .filter(|name| extractor.is_key_header(name))
        .cloned()
        .collect();
    for name in &names {
        headers.remove(name);
    }
}
