//! Reads and parses small request bodies that may contain a key.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::{FromRequest, Request};
use http_body_util::BodyExt;
use hyper::HeaderMap;
use hyper::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};
use zeroize::Zeroizing;

use crate::state::SharedState;
use keystile_guard::{Problem, resembles_key};

/// About 100 times the size of a usual request.
const MAX_BODY_BYTES: usize = 16 * 1024;

/// A complete request body. It may contain a key and is zeroized on drop.
pub(crate) struct SecretBody(pub(crate) Zeroizing<Vec<u8>>);

impl FromRequest<Arc<SharedState>> for SecretBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &Arc<SharedState>) -> Result<Self, Problem> {
        read_body(request.into_body(), state.limits.body)
            .await
            .map(Self)
    }
}

/// Reads a body of at most 16 KiB.
///
/// # Errors
/// `body_too_large`, `request_timeout` if it did not arrive in time, or `malformed_request`.
pub async fn read_body(body: Body, timeout: Duration) -> Result<Zeroizing<Vec<u8>>, Problem> {
    if body.size_hint().lower() > MAX_BODY_BYTES as u64 {
        return Err(Problem::body_too_large());
    }
    let collected = tokio::time::timeout(timeout, collect(body)).await;
    collected.map_err(|_| Problem::request_timeout())?
}

/// Parses JSON with known fields. An invalid field is named; its value, and a name that resembles a key, are not
/// repeated. `advice` names the fields.
///
/// # Errors
/// `invalid_body`.
pub fn parse_json<T: DeserializeOwned>(
    body: &[u8],
    fields: &[&str],
    advice: &'static str,
) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        match error.inner().classify() {
            Category::Data => invalid_field(error.path(), fields, advice),
            _ => Problem::invalid_body(advice),
        }
    })?;
    json.end().map_err(|_| Problem::invalid_body(advice))?;
    Ok(value)
}

fn invalid_field(path: &Path, fields: &[&str], advice: &'static str) -> Problem {
    let problem = Problem::invalid_body(advice);
    match path.iter().next() {
        Some(Segment::Map { key }) if fields.contains(&key.as_str()) => {
            problem.with_detail(format!("Invalid value of the field {key}."))
        }
        Some(Segment::Map { key }) if !resembles_key(key.as_bytes()) => {
            problem.with_detail(format!("Unknown field: {key}."))
        }
        _ => problem,
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
pub fn has_media_type(headers: &HeaderMap, media_type: &str) -> bool {
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
