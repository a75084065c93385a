//! The default directory of the store.

use std::path::PathBuf;

/// The environment variable with the directory of the store.
pub const DIRECTORY_VARIABLE: &str = "KEYSTILE_DB";

/// Returns `dev.keystile.desktop/store` in the data directory of the user; `None` if there is no data directory.
pub fn default_directory() -> Option<PathBuf> {
    Some(dirs::data_dir()?.join("dev.keystile.desktop").join("store"))
}
