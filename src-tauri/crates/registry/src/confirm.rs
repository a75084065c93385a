//! Confirmation of irreversible operations.

use crate::error::RegistryError;

/// Checks that `confirmation` is `name`, if a confirmation is required.
///
/// # Errors
/// `NameRequired`.
pub(crate) fn require_name(
    is_required: bool,
    name: &str,
    confirmation: Option<&str>,
) -> Result<(), RegistryError> {
    if is_required && confirmation.map(str::trim) != Some(name) {
        return Err(RegistryError::NameRequired(name.to_owned()));
    }
    Ok(())
}
