//! The body of an owner's question: small, of known length, there in time. It is wiped after use, for it holds a key.
//! It knows no form of content.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::HeaderMap;
use hyper::body::{Body, Incoming};
use hyper::header::CONTENT_TYPE;
use zeroize::Zeroizing;

use keystile_guard::Problem;

/// 100 times what a question needs.
const LARGEST: usize = 16 * 1024;

/// The whole body.
pub(crate) async fn read(body: Incoming, limit: Duration) -> Result<Zeroizing<Vec<u8>>, Problem> {
    if body.size_hint().lower() > LARGEST as u64 {
        return Err(Problem::body_too_large());
    }
    tokio::time::timeout(limit, collect(body))
        .await
        .map_err(|_| Problem::timeout())?
}

async fn collect(mut body: Incoming) -> Result<Zeroizing<Vec<u8>>, Problem> {
    // All of it at once: a vector that grows leaves copies of a key behind.
    let mut whole = Zeroizing::new(Vec::with_capacity(LARGEST));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::malformed())?;
        if let Some(data) = frame.data_ref() {
            if whole.len() + data.len() > LARGEST {
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
