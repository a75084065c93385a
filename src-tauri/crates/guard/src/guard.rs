//! Authorizes the requests of one environment, in a program's own server. The gateway uses the same function.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use keystile_keys::EnvironmentId;
use keystile_policy::{Access, RequestFacts, RouteRules};
use keystile_verifier::{Environment, KeyInfo, RequestRecord, RequestSource, Verifier, View};

use crate::authorize::{Rejection, UsageAccounting, authorize};
use crate::decision_code::DecisionCode;
use crate::key_extractor::KeyExtractor;
use crate::problem::Problem;
use crate::redact::redact_path;
use crate::request_log::{PendingRequest, logged_method};

/// The address of the client, as a request extension. A server sets it for the usage counts; it does not influence the
/// decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// An authorized request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorized {
    /// The key that authorized it; `None` on an open route.
    pub key: Option<Arc<KeyInfo>>,
    /// The access that the request required.
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
    /// Creates a guard for the keys of this environment. GET, HEAD, and OPTIONS require `read`, every other method
    /// `write`.
    pub fn new(verifier: Verifier, environment: EnvironmentId) -> Self {
        Self {
            verifier,
            environment,
            rules: Arc::default(),
        }
    }

    /// Sets route rules, which override the default of a method.
    #[must_use]
    pub fn with_rules(mut self, rules: RouteRules) -> Self {
        self.rules = Arc::new(rules);
        self
    }

    /// Authorizes a request. The key is read from the location that the environment currently has. The request is
    /// logged in the request log of the store, without the status of an allowed one. A request is not logged while the
    /// database cannot be read: keys in its path could not be recognized.
    ///
    /// # Errors
    /// The request has no key or more than one, its key is not accepted, or no key can be verified at the moment.
    pub async fn authorize(&self, request: &Parts) -> Result<Authorized, Rejection> {
        let start = Instant::now();
        let view = self.verifier.view();
        let extractor = self.extractor(view).await?;
        let (result, _logged) = self.decide(view, &extractor, request, start).await;
        result
    }

    /// Authorizes a request as [`Guard::authorize`] does, adds [`Authorized`] to its extensions, and removes the key
    /// from its headers.
    ///
    /// # Errors
    /// As [`Guard::authorize`].
    pub async fn admit(&self, request: &mut Parts) -> Result<Authorized, Rejection> {
        let (admitted, _logged) = self.admit_pending(request).await;
        admitted
    }

    /// Admits a request. It is logged when the second value is dropped.
    pub(crate) async fn admit_pending(
        &self,
        request: &mut Parts,
    ) -> (Result<Authorized, Rejection>, Option<PendingRequest<'_>>) {
        let start = Instant::now();
        // A value from outside must not survive a failure.
        request.extensions.remove::<Authorized>();
        let view = self.verifier.view();
        let extractor = match self.extractor(view).await {
            Ok(extractor) => extractor,
            Err(rejection) => return (Err(rejection), None),
        };
        let (result, pending) = self.decide(view, &extractor, request, start).await;
        if let Ok(authorized) = &result {
            remove_key(&extractor, &mut request.headers, authorized.key.is_some());
            request.extensions.insert(authorized.clone());
        }
        (result, Some(pending))
    }

    async fn extractor(&self, view: View<'_>) -> Result<KeyExtractor, Rejection> {
        let environment = view
            .environment(self.environment.as_str())
            .await
            .map_err(|error| Problem::unavailable(&error, false))?;
        // A deleted environment has no accepted keys.
        Ok(environment
            .as_deref()
            .map(KeyExtractor::from)
            .unwrap_or_default())
    }

    /// Decides about a request that arrived at `start`.
    async fn decide(
        &self,
        view: View<'_>,
        extractor: &KeyExtractor,
        request: &Parts,
        start: Instant,
    ) -> (Result<Authorized, Rejection>, PendingRequest<'_>) {
        let facts = RequestFacts::new(
            request.method.clone(),
            request.uri.path_and_query().cloned(),
            &request.headers,
        );
        let required = self.rules.required_access(&facts);
        let access = required.access;
        let client = request.extensions.get::<ClientAddress>();
        let client = client.map(|client| client.0);
        let result = authorize_request(
            view,
            &self.environment,
            extractor,
            &request.headers,
            &facts,
            access,
            UsageAccounting::Counted(client),
        )
        .await;
        let pending = PendingRequest::new(&self.verifier, start, result.is_ok(), || {
            let (key, denied) = match &result {
                Ok(key) => (key.as_deref(), None),
                Err(rejection) => (rejection.key.as_deref(), Some(rejection)),
            };
            RequestRecord {
                time: self.verifier.now(),
                environment: self.environment,
                source: RequestSource::Library,
                method: logged_method(&request.method, facts.override_method(), extractor),
                path: redact_path(facts.path(), extractor),
                status: denied.map(|rejection| rejection.problem.status().as_u16()),
                // Set when it is logged.
                duration: Duration::ZERO,
                client,
                key: key.map(|key| key.id),
                access,
                access_reason: Some(self.rules.explain(required.reason)),
                removed_headers: None,
                allowed: denied.is_none(),
                code: denied
                    .map_or(DecisionCode::Allowed, |rejection| rejection.code)
                    .as_str()
                    .into(),
            }
        });
        (result.map(|key| Authorized { key, access }), pending)
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

/// Authorizes a request that requires `access`. Returns its key; `None` for open access. A key in the URL, a cookie, or
/// an unrelated header is always rejected.
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
            return Err(Problem::key_in_url(extractor.location()).into());
        }
        return Ok(None);
    };
    let key = extractor.extract(headers, query)?;
    let key = key.ok_or_else(|| Problem::missing_key(extractor.location()))?;
    authorize(view, key, environment, permission, usage)
        .await
        .map(Some)
}

/// Removes the headers that carry the key or contain one.
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
