//! `cargo xtask bundle`: builds the package that users install.

use std::path::PathBuf;

use crate::system_packages::{Purpose, prepare};
use crate::{exec, paths, tools, ui_build};

/// Builds the bundles of this system and returns their directory.
pub(crate) fn bundle() -> anyhow::Result<PathBuf> {
    prepare(Purpose::Build)?;
    ui_build::build()?;
    let formats = match std::env::consts::OS {
        "linux" => "deb",
        "macos" => "app,dmg",
        _ => "nsis",
    };
    // The Debian package includes the command-line program.
    exec::run(exec::cargo().args(["build", "--release", "--package", "keystile-cli"]))?;
    exec::run(tools::tauri()?.args(["build", "--ci", "--bundles", formats]))?;
    let directory = paths::target().join("release/bundle");
    println!("Bundles ({formats}) are in {}", directory.display());
    if cfg!(target_os = "linux") {
        println!("AppImage is not built, because it downloads its runtime. To build it:");
        println!("  ui/node_modules/.bin/tauri build --bundles appimage");
    }
    Ok(directory)
}
