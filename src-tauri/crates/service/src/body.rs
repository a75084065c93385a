//! Reads small request bodies that may contain a key.

use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::extract::{FromRequest, Request};
use http_body_util::BodyExt;
use hyper::HeaderMap;
use hyper::header::CONTENT_TYPE;
use zeroize::Zeroizing;

use crate::state::SharedState;
use keystile_guard::Problem;

/// About 100 times the size of a usual request.
const MAX_BODY_BYTES: usize = 16 * 1024;

/// A complete request body. It may contain a key and is zeroized on drop.
pub(crate) struct SecretBody(pub(crate) Zeroizing<Vec<u8>>);

impl FromRequest<Arc<SharedState>> for SecretBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &Arc<SharedState>) -> Result<Self, Problem> {
        let body = request.into_body();
        if body.size_hint().lower() > MAX_BODY_BYTES as u64 {
            return Err(Problem::body_too_large());
        }
        let collected = tokio::time::timeout(state.limits.body, collect(body)).await;
        collected.map_err(|_| Problem::request_timeout())?.map(Self)
    }
}

async fn collect(mut body: Body) -> Result<Zeroizing<Vec<u8>>, Problem> {
    // With its full capacity: a vector that grows leaves copies of the key in memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_BODY_BYTES));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::malformed_request())?;
        if let Some(data) = frame.data_ref() {
            if bytes.len() + data.len() > MAX_BODY_BYTES {
                return Err(Problem::body_too_large());
            }
            bytes.extend_from_slice(data);
        }
    }
    Ok(bytes)
}

/// Returns whether `Content-Type` is `media_type`, with any parameters.
pub(crate) fn has_media_type(headers: &HeaderMap, media_type: &str) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let Ok(text) = value.to_str() else {
        return false;
    };
    let essence = text.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(media_type)
}
