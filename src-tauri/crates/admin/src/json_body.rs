//! Bodies of requests: JSON objects, whose unknown fields are errors.

use axum::extract::{FromRequest, Request};
use hyper::HeaderMap;
use keystile_guard::Problem;
use keystile_service::{has_media_type, parse_json, read_body};
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::admin_api::AdminApi;

/// A body with known fields.
pub(crate) trait Fields: DeserializeOwned {
    /// Their names.
    const NAMES: &'static [&'static str];
    /// What to send.
    const ADVICE: &'static str;
}

/// The headers and the body of a request, which is `{}` if it has none.
pub(crate) struct JsonBody {
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Zeroizing<Vec<u8>>,
}

impl FromRequest<AdminApi> for JsonBody {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &AdminApi) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let mut bytes = read_body(body, api.settings.body_timeout).await?;
        if bytes.is_empty() {
            bytes.extend_from_slice(b"{}");
        } else if !has_media_type(&parts.headers, "application/json") {
            return Err(Problem::unsupported_media_type(
                "Send Content-Type: application/json.",
            ));
        }
        Ok(Self {
            headers: parts.headers,
            bytes,
        })
    }
}

impl JsonBody {
    /// Parses the body.
    ///
    /// # Errors
    /// `invalid_body`, which names the invalid field.
    pub(crate) fn parse<T: Fields>(&self) -> Result<T, Problem> {
        parse_json(&self.bytes, T::NAMES, T::ADVICE)
    }
}
