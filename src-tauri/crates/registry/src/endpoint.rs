//! An environment's endpoint: the address of the API behind it. Checked when an environment is created or edited; it
//! knows no network and asks nobody.

use url::Url;

use crate::error::RegistryError;

/// The address as it will be stored, or nothing when the field was left empty.
pub(crate) fn parse(text: Option<&str>) -> Result<Option<String>, RegistryError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let url = Url::parse(text).map_err(|_| RegistryError::Endpoint)?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !is_plain || text.len() > 2000 {
        return Err(RegistryError::Endpoint);
    }
    Ok(Some(url.as_str().trim_end_matches('/').to_owned()))
}
