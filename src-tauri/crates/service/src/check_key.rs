//! The check that verify and introspect share: both ask as the owner of the API, about one environment.

use hyper::StatusCode;
use keystile_guard::Problem;
use keystile_keys::Permission;
use keystile_verifier::{Verification, Verifier};

/// Checks a key in the environment of this id or name, and counts the use.
///
/// # Errors
/// `environment_unknown` with status 404, or no key can be checked at the moment.
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
        .ok_or_else(|| Problem::environment_unknown(StatusCode::NOT_FOUND))?;
    let now = verifier.now();
    let verification = view
        .verify(key, &environment.id, permission, now)
        .await
        .map_err(unavailable)?;
    verifier.record(&verification, permission, None, now);
    Ok(verification)
}
