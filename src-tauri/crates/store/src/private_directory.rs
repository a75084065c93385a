//! The directory of a store, which only its owner can access. An existing directory is rejected, never changed.

use std::path::Path;

use crate::error::{StoreError, unwritable};
use crate::schema::DATABASE_FILE;

/// Creates the directory with mode 0700. An existing one with another mode is rejected, because it may be shared
/// (`/tmp`).
pub(crate) fn create_private_directory(directory: &Path) -> Result<(), StoreError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let is_other_than_directory = directory.exists() && !directory.is_dir();
    if is_other_than_directory {
        return Err(StoreError::NotStore {
            path: directory.to_owned(),
        });
    }
    builder
        .create(directory)
        .map_err(|cause| unwritable(directory, cause))?;
    check_directory(directory)
}

/// Rejects a directory that another user owns or can access.
#[cfg(unix)]
pub(crate) fn check_directory(directory: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let metadata = std::fs::metadata(directory).map_err(|cause| unwritable(directory, cause))?;
    let path = directory.to_owned();
    let is_exposed = metadata.permissions().mode() & 0o077 != 0;
    let is_other_owner = metadata.uid() != rustix::process::geteuid().as_raw();
    match (is_exposed, is_other_owner) {
        (false, false) => Ok(()),
        // Never suggest to change the mode of a directory such as `/etc` or `/tmp`.
        _ if !directory.join(DATABASE_FILE).is_file() => Err(StoreError::NotStore { path }),
        (_, true) => Err(StoreError::OtherOwner { path }),
        (true, false) => Err(StoreError::InsecurePermissions { path }),
    }
}

#[cfg(not(unix))]
pub(crate) fn check_directory(_directory: &Path) -> Result<(), StoreError> {
    Ok(())
}
