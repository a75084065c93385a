//! Parses the endpoint of an environment: the base URL of its API.

use url::{ParseError, Url};

use crate::error::RegistryError;

const MAX_BYTES: usize = 2000;

/// Returns the URL without a trailing slash; `None` if the text is empty.
///
/// # Errors
/// `InvalidEndpoint`.
pub fn parse(text: Option<&str>) -> Result<Option<String>, RegistryError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let url = check(text).map_err(RegistryError::InvalidEndpoint)?;
    Ok(Some(url.as_str().trim_end_matches('/').to_owned()))
}

/// Parses a base URL. The error says what to change.
fn check(text: &str) -> Result<Url, &'static str> {
    let url = match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url,
        Ok(_) | Err(ParseError::RelativeUrlWithoutBase) => {
            return Err("begin it with http:// or https://");
        }
        Err(_) => return Err("it has no valid host or port"),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err("remove the user name and the password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("remove the query and the fragment");
    }
    if text.len() > MAX_BYTES {
        return Err("use at most 2,000 bytes");
    }
    Ok(url)
}
