//! Installs the npm packages of a directory once per lock file.

use std::fs;
use std::path::Path;

use anyhow::Context;

use crate::exec;

/// A copy of the lock file that `node_modules` was installed from.
const INSTALLED_LOCK: &str = "node_modules/.installed-from.json";

/// Installs the packages if they are missing or the lock file has changed.
pub(crate) fn install(directory: &Path) -> anyhow::Result<()> {
    let path = directory.join("package-lock.json");
    let lock = fs::read(&path).with_context(|| format!("Cannot read {}", path.display()))?;
    let installed = directory.join(INSTALLED_LOCK);
    if fs::read(&installed).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    exec::run(
        exec::npm()
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(directory)
            .env("npm_config_update_notifier", "false"),
    )?;
    fs::write(&installed, lock).with_context(|| format!("Cannot write {}", installed.display()))
}
