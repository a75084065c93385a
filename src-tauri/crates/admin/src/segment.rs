//! A segment of the path. One that is not UTF-8 names nothing.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use keystile_guard::Problem;

use crate::admin_api::AdminApi;

/// The only parameter of a path.
pub(crate) struct Segment(pub(crate) String);

impl FromRequestParts<AdminApi> for Segment {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &AdminApi) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, api).await {
            Ok(Path(segment)) => Ok(Self(segment)),
            Err(_) => Err(Problem::not_found()),
        }
    }
}
