//! Extracts the API key of a request. A request with more than one key is rejected: two programs that read different
//! ones would disagree about its sender.

use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use keystile_policy::{KeyLocation, X_API_KEY};

use crate::problem::Problem;

/// Returns the value of a header; `None` without one.
///
/// # Errors
/// `multiple`, if there is more than one value.
fn only_value<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
    multiple: impl FnOnce() -> Problem,
) -> Result<Option<&'a HeaderValue>, Problem> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(multiple());
    }
    Ok(first)
}

/// Returns the token of `Authorization: Bearer` (RFC 6750, section 2.1); `None` for another scheme.
///
/// # Errors
/// `malformed_authorization`, also for more than one `Authorization` header.
pub fn bearer_token(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let value = only_value(headers, &AUTHORIZATION, Problem::malformed_authorization)?;
    value.map_or(Ok(None), parse_bearer)
}

/// Returns the key of `Authorization: Bearer`; `None` for another scheme. `location` is named in the error.
///
/// # Errors
/// More than one `Authorization` header, or a malformed one.
fn bearer_key<'a>(
    headers: &'a HeaderMap,
    location: &KeyLocation,
) -> Result<Option<&'a str>, Problem> {
    let value = only_value(headers, &AUTHORIZATION, || Problem::multiple_keys(location))?;
    value.map_or(Ok(None), parse_bearer)
}

fn parse_bearer(value: &HeaderValue) -> Result<Option<&str>, Problem> {
    let text = value
        .to_str()
        .map_err(|_| Problem::malformed_authorization())?;
    let (scheme, token) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Ok(None);
    }
    let token = token.trim_matches([' ', '\t']);
    if token.is_empty() || token.contains([' ', ',', '\t']) {
        return Err(Problem::malformed_authorization());
    }
    Ok(Some(token))
}

/// Returns the value of a header that carries only a key. A value with non-ASCII bytes becomes an empty, invalid key.
fn header_key<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
    location: &KeyLocation,
) -> Result<Option<&'a str>, Problem> {
    let value = only_value(headers, name, || Problem::multiple_keys(location))?;
    Ok(value.map(|value| value.to_str().unwrap_or("")))
}

/// Returns the key of a request; `None` without one.
///
/// # Errors
/// More than one key, or a malformed `Authorization` header if that may carry the key.
pub(crate) fn extract_key<'a>(
    headers: &'a HeaderMap,
    location: &KeyLocation,
) -> Result<Option<&'a str>, Problem> {
    match location {
        KeyLocation::XApiKey => header_key(headers, &X_API_KEY, location),
        KeyLocation::Bearer => bearer_key(headers, location),
        KeyLocation::Header(name) => header_key(headers, name, location),
        KeyLocation::Default => {
            let header = header_key(headers, &X_API_KEY, location)?;
            let token = bearer_key(headers, location)?;
            match (header, token) {
                (Some(header), Some(token)) if header != token => {
                    Err(Problem::multiple_keys(location))
                }
                _ => Ok(header.or(token)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_authorization_headers_are_rejected_with_the_key_location() {
        let mut headers = HeaderMap::new();
        for _ in 0..2 {
            headers.append(AUTHORIZATION, HeaderValue::from_static("Bearer a"));
        }
        for location in [KeyLocation::Default, KeyLocation::Bearer] {
            let problem = extract_key(&headers, &location).expect_err("two headers");
            let body = String::from_utf8(problem.into_bytes()).expect("text");
            let advice = format!("Send one key, as {}.", location.description());
            assert!(
                body.contains(&advice),
                "the key may be in any header of the location: {body}"
            );
        }
        let problem = bearer_token(&headers).expect_err("two headers");
        assert_eq!(
            problem.code(),
            "malformed_authorization",
            "an admin token is not an API key"
        );
    }
}
