//! Who may use the paths of the owner, as extractors of axum.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use keystile_guard::Problem;

use crate::fetch_metadata;
use crate::state::SharedState;

/// The owner of the API asks: with the admin token if there is one, and not from a page in a browser.
pub(crate) struct Owner;

impl FromRequestParts<Arc<SharedState>> for Owner {
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

/// The request was not sent by a page in a browser.
pub(crate) struct NotFromBrowser;

impl<S: Sync> FromRequestParts<S> for NotFromBrowser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        fetch_metadata::reject_browsers(&parts.headers)?;
        Ok(Self)
    }
}
