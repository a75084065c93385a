//! The commands, one noun a file. Each parses, calls the registry, maps; nothing is decided here.

pub(crate) mod clipboard;
pub(crate) mod environment;
pub(crate) mod gateway;
pub(crate) mod key;
pub(crate) mod keychain;
pub(crate) mod playground;
pub(crate) mod project;
pub(crate) mod prompt;
pub(crate) mod quit;
pub(crate) mod settings;
pub(crate) mod snippet;
pub(crate) mod start;

use crate::error::Failure;
use keystile_registry::RegistryError;

/// An id as the window sent it. One that is none names nothing.
fn id<T: std::str::FromStr>(text: &str, noun: &'static str) -> Result<T, Failure> {
    text.parse()
        .map_err(|_| RegistryError::NotFound(noun).into())
}
