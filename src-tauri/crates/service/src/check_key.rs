//! Checks a key in one environment, for verify and introspect.

use hyper::{Response, StatusCode};
use keystile_guard::{DecisionCode, Problem};
use keystile_keys::Permission;
use keystile_verifier::{EnvironmentId, Verification, Verifier};

use crate::access_log::{CheckedKey, LoggedDecision};

/// A check of a key in an environment.
pub(crate) struct Check {
    pub(crate) verification: Verification,
    environment: EnvironmentId,
    permission: Permission,
}

impl Check {
    /// Adds the decision to the response, for the logs.
    pub(crate) fn log_in<B>(&self, response: &mut Response<B>) {
        let reason = self.verification.reason();
        response.extensions_mut().insert(LoggedDecision {
            code: reason.map_or(DecisionCode::Allowed, DecisionCode::from),
            key: self.verification.key().cloned(),
            checked: Some(CheckedKey {
                environment: self.environment,
                permission: self.permission,
            }),
        });
    }
}

/// Checks a key in the environment with this id or name, and counts the use.
///
/// # Errors
/// `unknown_environment` with status 404, or no key can be verified at the moment.
pub(crate) async fn check_key(
    verifier: &Verifier,
    environment: &str,
    key: &str,
    permission: Permission,
) -> Result<Check, Problem> {
    let unavailable = |error| Problem::unavailable(&error, true);
    let view = verifier.view();
    let environment = view
        .environment(environment)
        .await
        .map_err(unavailable)?
        .ok_or_else(|| Problem::unknown_environment(StatusCode::NOT_FOUND))?;
    let now = verifier.now();
    let verification = view
        .verify(key, &environment.id, permission, now)
        .await
        .map_err(unavailable)?;
    verifier.record(&verification, permission, None, now);
    Ok(Check {
        verification,
        environment: environment.id,
        permission,
    })
}
