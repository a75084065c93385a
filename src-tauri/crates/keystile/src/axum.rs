//! An axum extractor for the key that authorized a request.

use std::ops::Deref;
use std::sync::Arc;

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use axum_core::response::{IntoResponse, Response};
use http::request::Parts;
use keystile_guard::{Authorized, Problem};
use keystile_policy::KeyLocation;
use keystile_verifier::KeyInfo;

/// The key that authorized the request. The route needs the layer of [`Verifier::layer`](crate::Verifier::layer).
///
/// On a route that a rule opens to everyone, `Option<ApiKey>` is always `None`, and `ApiKey` responds with 401.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey(pub Arc<KeyInfo>);

impl Deref for ApiKey {
    type Target = KeyInfo;

    fn deref(&self) -> &KeyInfo {
        &self.0
    }
}

/// Why there is no [`ApiKey`]: the route requires no key (401), or has no layer (500).
#[derive(Debug)]
pub struct ApiKeyRejection(Problem);

impl IntoResponse for ApiKeyRejection {
    fn into_response(self) -> Response {
        IntoResponse::into_response(self.0)
    }
}

fn authorized_key(parts: &Parts) -> Result<Option<ApiKey>, ApiKeyRejection> {
    let authorized = parts.extensions.get::<Authorized>().ok_or_else(|| {
        tracing::error!(
            "handler extracts an ApiKey, but its route has no layer of Verifier::layer"
        );
        ApiKeyRejection(Problem::internal_error())
    })?;
    Ok(authorized.key.clone().map(ApiKey))
}

impl<S: Sync> FromRequestParts<S> for ApiKey {
    type Rejection = ApiKeyRejection;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiKeyRejection> {
        authorized_key(parts)?
            .ok_or_else(|| ApiKeyRejection(Problem::missing_key(&KeyLocation::Default)))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for ApiKey {
    type Rejection = ApiKeyRejection;

    async fn from_request_parts(
        parts: &mut Parts,
        _state: &S,
    ) -> Result<Option<Self>, ApiKeyRejection> {
        authorized_key(parts)
    }
}
