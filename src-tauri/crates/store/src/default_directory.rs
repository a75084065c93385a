//! Where a user's store is unless another one is named.

use std::path::PathBuf;

/// The environment variable that names the folder of the store.
pub const DIRECTORY_VARIABLE: &str = "KEYSTILE_DB";

/// Returns the folder of the window's store: `dev.keystile.desktop/store` in the user's data folder. `None` if the user has no
/// data folder.
pub fn default_directory() -> Option<PathBuf> {
    Some(dirs::data_dir()?.join("dev.keystile.desktop").join("store"))
}
