//! Builds `ui/` into `ui/dist`, which the desktop package embeds.

use std::process::Command;

use crate::{exec, npm_packages, paths};

/// Installs the window's npm packages.
pub(crate) fn install() -> anyhow::Result<()> {
    npm_packages::install(&paths::root().join("ui"))
}

/// Installs the npm packages and builds `ui/dist`.
pub(crate) fn build() -> anyhow::Result<()> {
    install()?;
    exec::run(&mut npm(&["run", "--silent", "build"]))
}

/// Returns an npm command that runs in `ui/`.
pub(crate) fn npm(arguments: &[&str]) -> Command {
    let mut npm = exec::npm();
    npm.args(arguments).current_dir(paths::root().join("ui"));
    npm
}
