//! Parses the endpoint of an environment: the base URL of its API.

use url::Url;

use crate::error::RegistryError;

const MAX_BYTES: usize = 2000;

/// Returns the URL without a trailing slash; `None` if the text is empty.
///
/// # Errors
/// `InvalidEndpoint`.
pub(crate) fn parse(text: Option<&str>) -> Result<Option<String>, RegistryError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let url = Url::parse(text).map_err(|_| RegistryError::InvalidEndpoint)?;
    let is_base_url = matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !is_base_url || text.len() > MAX_BYTES {
        return Err(RegistryError::InvalidEndpoint);
    }
    Ok(Some(url.as_str().trim_end_matches('/').to_owned()))
}
