//! axum extractors that restrict access to the paths for the API's owner.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use keystile_guard::Problem;

use crate::fetch_metadata;
use crate::state::SharedState;

/// Requires the admin token, if one is configured, and rejects requests from browsers.
pub(crate) struct RequireAdmin;

impl FromRequestParts<Arc<SharedState>> for RequireAdmin {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &Arc<SharedState>,
    ) -> Result<Self, Problem> {
        fetch_metadata::reject_browsers(&parts.headers)?;
        state.admin.check(&parts.headers)?;
        Ok(Self)
    }
}

/// Rejects requests from browsers.
pub(crate) struct RejectBrowsers;

impl<S: Sync> FromRequestParts<S> for RejectBrowsers {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        fetch_metadata::reject_browsers(&parts.headers)?;
        Ok(Self)
    }
}
