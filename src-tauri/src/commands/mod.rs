//! The commands, one noun per file. Each parses its arguments, calls the registry, and converts the result.

pub(crate) mod bulk_change;
pub(crate) mod clipboard;
pub(crate) mod environment;
pub(crate) mod gateway;
pub(crate) mod http_service;
pub(crate) mod key;
pub(crate) mod keychain;
pub(crate) mod link;
pub(crate) mod location;
pub(crate) mod login;
pub(crate) mod playground;
pub(crate) mod project;
pub(crate) mod prompt;
pub(crate) mod quit;
pub(crate) mod request;
pub(crate) mod rotation;
pub(crate) mod search;
pub(crate) mod settings;
pub(crate) mod snippet;
pub(crate) mod start;

use crate::error::CommandError;
use keystile_registry::RegistryError;

/// Parses an id from the window.
///
/// # Errors
/// `NotFound`, because a malformed id identifies nothing.
fn id<T: std::str::FromStr>(text: &str, noun: &'static str) -> Result<T, CommandError> {
    text.parse()
        .map_err(|_| RegistryError::NotFound(noun).into())
}
