//! `cargo xtask build`: builds the window's files and the application that embeds them.

use std::path::PathBuf;

use crate::system_packages::{Purpose, prepare};
use crate::{exec, paths, ui_build};

/// Builds the application and returns its path.
pub(crate) fn build(release: bool) -> anyhow::Result<PathBuf> {
    prepare(Purpose::Build)?;
    ui_build::build()?;
    let mut cargo = exec::cargo();
    cargo.args(["build", "--features", paths::EMBED_UI]);
    if release {
        // Only this package, so that no feature of a test dependency gets into the product.
        cargo.args(["--release", "--package", paths::DESKTOP]);
    } else {
        // The tests' choice of packages, so that both share their dependencies. Windows cannot replace this program
        // while it runs.
        cargo.args(["--workspace", "--exclude", "xtask", "--bins"]);
    }
    exec::run(&mut cargo)?;
    let binary = paths::desktop_binary(release);
    println!("Built {}", binary.display());
    Ok(binary)
}
