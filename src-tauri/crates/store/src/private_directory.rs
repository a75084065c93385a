//! The directory of a store: only its owner may enter it. One that is something else is refused, never changed.

use std::path::Path;

use crate::error::{StoreError, unwritable};
use crate::schema::DATABASE_FILE;

/// Makes the directory 0700. One that was there and is open to others is refused, not changed: it may be somebody
/// else's (`/tmp`).
pub(crate) fn make_private_directory(directory: &Path) -> Result<(), StoreError> {
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

/// Refuses a directory that belongs to another user or lets other users in.
#[cfg(unix)]
fn check_directory(directory: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let metadata = std::fs::metadata(directory).map_err(|cause| unwritable(directory, cause))?;
    let path = directory.to_owned();
    let is_exposed = metadata.permissions().mode() & 0o077 != 0;
    let is_foreign = metadata.uid() != rustix::process::geteuid().as_raw();
    match (is_exposed, is_foreign) {
        (false, false) => Ok(()),
        // `/etc` or `/tmp`: nobody may be told to change its mode.
        _ if !directory.join(DATABASE_FILE).is_file() => Err(StoreError::NotStore { path }),
        (_, true) => Err(StoreError::OtherOwner { path }),
        (true, false) => Err(StoreError::InsecurePermissions { path }),
    }
}

#[cfg(not(unix))]
fn check_directory(_directory: &Path) -> Result<(), StoreError> {
    Ok(())
}
