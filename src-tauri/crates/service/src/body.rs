//! Reads small bodies that may hold a key.

use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::extract::{FromRequest, Request};
use http_body_util::BodyExt;
use hyper::HeaderMap;
use hyper::header::CONTENT_TYPE;
use zeroize::Zeroizing;

use crate::state::SharedState;
use keystile_guard::Problem;

/// 100 times what a request needs.
const MAX_BODY_BYTES: usize = 16 * 1024;

/// A whole body that may hold a key. It is wiped after use.
pub(crate) struct SecretBody(pub(crate) Zeroizing<Vec<u8>>);

impl FromRequest<Arc<SharedState>> for SecretBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &Arc<SharedState>) -> Result<Self, Problem> {
        let body = request.into_body();
        if body.size_hint().lower() > MAX_BODY_BYTES as u64 {
            return Err(Problem::body_too_large());
        }
        let whole = tokio::time::timeout(state.limits.body, collect(body)).await;
        whole.map_err(|_| Problem::timeout())?.map(Self)
    }
}

async fn collect(mut body: Body) -> Result<Zeroizing<Vec<u8>>, Problem> {
    // All of it at once: a vector that grows leaves copies of a key behind.
    let mut whole = Zeroizing::new(Vec::with_capacity(MAX_BODY_BYTES));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::malformed())?;
        if let Some(data) = frame.data_ref() {
            if whole.len() + data.len() > MAX_BODY_BYTES {
                return Err(Problem::body_too_large());
            }
            whole.extend_from_slice(data);
        }
    }
    Ok(whole)
}

/// Whether the body is said to be of this type, whatever its parameters.
pub(crate) fn is_of_type(headers: &HeaderMap, wanted: &str) -> bool {
    let mut lines = headers.get_all(CONTENT_TYPE).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else {
        return false;
    };
    let Ok(text) = line.to_str() else {
        return false;
    };
    let essence = text.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(wanted)
}
