//! The key that a request shows: in `X-API-KEY`, or as `Authorization: Bearer`. One key, or the request is refused: two
//! programs that each read another one would disagree about who asks. It does not look into the key.

use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};

use crate::problem::Problem;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a HeaderValue>, Problem> {
    let mut lines = headers.get_all(name).iter();
    let first = lines.next();
    if lines.next().is_some() {
        return Err(Problem::credentials_conflict());
    }
    Ok(first)
}

/// The token of `Authorization: Bearer` (RFC 6750, 2.1). Another scheme is not for us and shows no key.
pub fn bearer_token(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(value) = one(headers, &AUTHORIZATION)? else {
        return Ok(None);
    };
    let text = value.to_str().map_err(|_| Problem::credentials_form())?;
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Ok(None);
    }
    let token = token.trim_matches(' ');
    if token.is_empty() || token.contains([' ', ',', '\t']) {
        return Err(Problem::credentials_form());
    }
    Ok(Some(token))
}

/// The one key that the request shows; `None` if it shows none.
pub(crate) fn key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let named = match one(headers, &API_KEY)? {
        // A header with foreign bytes shows a key that is none.
        Some(value) => Some(value.to_str().unwrap_or("")),
        None => None,
    };
    match (named, bearer_token(headers)?) {
        (Some(named), Some(bearer)) if named != bearer => Err(Problem::credentials_conflict()),
        (Some(key), _) | (None, Some(key)) => Ok(Some(key)),
        (None, None) => Ok(None),
    }
}
