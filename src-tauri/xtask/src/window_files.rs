//! Turns `ui/` into `ui/dist`, which the program carries inside itself.
//! Called before anything that compiles the desktop package. It knows npm's scripts by name, not what they do.

use std::fs;
use std::process::Command;

use crate::failure::Failure;
use crate::{program, repository};

/// A copy of the lock file that `ui/node_modules` was installed from.
const INSTALLED_FROM: &str = "ui/node_modules/.installed-from.json";

/// Installs the window's packages when the lock file has changed or they are missing.
///
/// # Errors
/// npm failed.
pub(crate) fn install() -> Result<(), Failure> {
    let lock = fs::read(repository::root().join("ui/package-lock.json"))
        .map_err(|cause| Failure::from_cause("ui/package-lock.json cannot be read", &cause))?;
    let marker = repository::root().join(INSTALLED_FROM);
    if fs::read(&marker).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    program::run(
        in_ui(&["ci", "--no-audit", "--no-fund"]).env("npm_config_update_notifier", "false"),
    )?;
    fs::write(&marker, lock).map_err(|cause| {
        Failure::from_cause(&format!("{INSTALLED_FROM} cannot be written"), &cause)
    })
}

/// Installs and builds.
///
/// # Errors
/// npm or the build failed.
pub(crate) fn build() -> Result<(), Failure> {
    install()?;
    program::run(&mut in_ui(&["run", "--silent", "build"]))
}

/// An npm command that runs in `ui/`.
pub(crate) fn in_ui(words: &[&str]) -> Command {
    let mut npm = program::npm();
    npm.args(words).current_dir(repository::root().join("ui"));
    npm
}
