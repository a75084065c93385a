//! Writes requests to the access log, and those of verify and introspect to the request log.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use hyper::{Request, StatusCode, Uri};
use keystile_guard::{DecisionCode, KeyExtractor, redact_path};
use keystile_keys::Permission;
use keystile_log::{AccessLog, PendingEntry};
use keystile_policy::Access;
use keystile_verifier::{EnvironmentId, KeyInfo, RequestRecord, RequestSource, Verifier};

use crate::auth_path::AUTH_ROOT;

/// The decision about the key of a request. Handlers add it to their response as an extension.
#[derive(Clone)]
pub(crate) struct LoggedDecision {
    pub(crate) code: DecisionCode,
    pub(crate) key: Option<Arc<KeyInfo>>,
    /// What verify or introspect has checked.
    pub(crate) checked: Option<CheckedKey>,
}

/// The environment and the permission for which verify or introspect has checked a key.
#[derive(Clone, Copy)]
pub(crate) struct CheckedKey {
    pub(crate) environment: EnvironmentId,
    pub(crate) permission: Permission,
}

/// Starts the entry of a request.
pub(crate) fn pending_entry<B>(
    log: &AccessLog,
    start: Instant,
    client: IpAddr,
    request: &Request<B>,
) -> PendingEntry {
    let path = logged_path(request.uri());
    PendingEntry::new(log, start, client, request.method().as_str(), path)
}

/// Adds status, decision, and key of the response to the entry.
pub(crate) fn add_response(
    entry: &mut PendingEntry,
    status: StatusCode,
    decision: Option<&LoggedDecision>,
) {
    let key = decision.and_then(|decision| decision.key.as_ref());
    entry.respond(
        status.as_u16(),
        decision.map(|decision| decision.code.as_str()),
        key.map(|key| key.id.as_str()),
    );
}

/// A request to verify or introspect, for the request log.
pub(crate) struct CheckRequest {
    pub(crate) uri: Uri,
    pub(crate) client: IpAddr,
    pub(crate) start: Instant,
}

impl CheckRequest {
    /// Adds the request to the request log, if it has checked a key.
    pub(crate) fn log(self, verifier: &Verifier, status: StatusCode, decision: &LoggedDecision) {
        let Some(checked) = decision.checked else {
            return;
        };
        let is_allowed = decision.code == DecisionCode::Allowed;
        let Some(permit) = verifier.log_permit(is_allowed) else {
            return;
        };
        permit.log(RequestRecord {
            time: verifier.now(),
            environment: checked.environment,
            source: RequestSource::Service,
            // The only method of both.
            method: "POST".into(),
            path: logged_path(&self.uri),
            status: Some(status.as_u16()),
            duration: self.start.elapsed(),
            client: Some(self.client),
            key: decision.key.as_ref().map(|key| key.id),
            access: Access::Key(checked.permission),
            access_reason: None,
            removed_headers: None,
            allowed: is_allowed,
            code: decision.code.as_str().into(),
        });
    }
}

/// Returns the path with keys replaced, and without the client's path that Envoy appends: only the environment's prefix
/// would identify some keys in it.
pub(crate) fn logged_path(uri: &Uri) -> String {
    let path = uri.path();
    let own = match path.split_once("/-/") {
        Some((own, _)) if path.starts_with(AUTH_ROOT) => own,
        _ => path,
    };
    redact_path(own, &KeyExtractor::default())
}
