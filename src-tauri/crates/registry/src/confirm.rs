//! Confirmation of irreversible operations.

use crate::error::RegistryError;

/// Checks that `confirmation` is `name`. Without a confirmation, succeeds unless one is required.
///
/// # Errors
/// `NameRequired`.
pub(crate) fn require_name(
    is_required: bool,
    name: &str,
    confirmation: Option<&str>,
) -> Result<(), RegistryError> {
    match confirmation.map(str::trim) {
        Some(confirmed) if confirmed == name => Ok(()),
        None if !is_required => Ok(()),
        Some(_) | None => Err(RegistryError::NameRequired(name.to_owned())),
    }
}
