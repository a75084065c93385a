//! Extracts the API key that a request carries. A request carries one key or is rejected: two programs that each read
//! another one would disagree about who sent it.

use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use keystile_policy::{KeyLocation, X_API_KEY};

use crate::problem::Problem;

fn only_value<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'a HeaderValue>, Problem> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(Problem::credentials_conflict());
    }
    Ok(first)
}

/// Returns the token of `Authorization: Bearer` (RFC 6750, section 2.1); `None` for another scheme.
///
/// # Errors
/// More than one `Authorization` header, or a malformed one.
pub fn bearer_token(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(value) = only_value(headers, &AUTHORIZATION)? else {
        return Ok(None);
    };
    let text = value.to_str().map_err(|_| Problem::credentials_form())?;
    let (scheme, token) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Ok(None);
    }
    let token = token.trim_matches([' ', '\t']);
    if token.is_empty() || token.contains([' ', ',', '\t']) {
        return Err(Problem::credentials_form());
    }
    Ok(Some(token))
}

/// The value of a header that carries nothing but a key. One with bytes beyond ASCII carries a key that does not exist.
fn header_key<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Problem> {
    Ok(only_value(headers, name)?.map(|value| value.to_str().unwrap_or("")))
}

/// Returns the key that the request carries; `None` if it carries none.
///
/// # Errors
/// More than one key, or a malformed `Authorization` header where that may carry the key.
pub(crate) fn extract_key<'a>(
    headers: &'a HeaderMap,
    location: &KeyLocation,
) -> Result<Option<&'a str>, Problem> {
    match location {
        KeyLocation::XApiKey => header_key(headers, &X_API_KEY),
        KeyLocation::Bearer => bearer_token(headers),
        KeyLocation::Header(name) => header_key(headers, name),
        KeyLocation::Default => match (header_key(headers, &X_API_KEY)?, bearer_token(headers)?) {
            (Some(named), Some(bearer)) if named != bearer => Err(Problem::credentials_conflict()),
            (Some(key), _) | (None, Some(key)) => Ok(Some(key)),
            (None, None) => Ok(None),
        },
    }
}
