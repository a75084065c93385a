//! Turns `ui/` into `ui/dist`, which the program carries inside itself.
//! Called before anything that compiles the desktop package. It knows npm's scripts by name, not what they do.

use std::process::Command;

use crate::failure::Failure;
use crate::{npm_packages, program, repository};

/// Installs the window's packages when the lock file has changed or they are missing.
///
/// # Errors
/// npm failed.
pub(crate) fn install() -> Result<(), Failure> {
    npm_packages::install(&repository::root().join("ui"))
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
