//! Checks a key in one environment, for verify and introspect.

use hyper::StatusCode;
use keystile_guard::Problem;
use keystile_keys::Permission;
use keystile_verifier::{Verification, Verifier};

/// Checks a key in the environment with this id or name, and counts the use.
///
/// # Errors
/// `unknown_environment` with status 404, or no key can be verified at the moment.
pub(crate) async fn check_key(
    verifier: &Verifier,
    environment: &str,
    key: &str,
    permission: Permission,
) -> Result<Verification, Problem> {
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
    Ok(verification)
}
