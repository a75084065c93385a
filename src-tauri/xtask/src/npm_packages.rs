//! Installs the packages that a folder's lock file names, once for each lock file.
//! Called for the window and for the peer of the figures. It knows no script and no package.

use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::program;

/// A copy of the lock file that `node_modules` was installed from.
const INSTALLED_FROM: &str = "node_modules/.installed-from.json";

/// Installs them when the lock file has changed or they are missing.
///
/// # Errors
/// npm failed, or is not there.
pub(crate) fn install(folder: &Path) -> Result<(), Failure> {
    let file = folder.join("package-lock.json");
    let lock = fs::read(&file).map_err(|cause| {
        Failure::from_cause(&format!("{} cannot be read", file.display()), &cause)
    })?;
    let marker = folder.join(INSTALLED_FROM);
    if fs::read(&marker).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    program::run(
        program::npm()
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(folder)
            .env("npm_config_update_notifier", "false"),
    )?;
    fs::write(&marker, lock).map_err(|cause| {
        Failure::from_cause(&format!("{} cannot be written", marker.display()), &cause)
    })
}
