//! `cargo xtask bundle`: the package people install.
//! Also called by `bench`, which weighs it. The Tauri command line does the work; this says what it can do here.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::system_packages::{Purpose, prepare};
use crate::{program, repository, tools, window_files};

/// The folder the bundles of this system are written to.
///
/// # Errors
/// Something is missing or does not compile.
pub(crate) fn bundle() -> Result<PathBuf, Failure> {
    prepare(Purpose::Build)?;
    window_files::build()?;
    let kinds = match std::env::consts::OS {
        "linux" => "deb",
        "macos" => "app,dmg",
        _ => "nsis",
    };
    // The Debian package holds the terminal beside the window.
    program::run(program::cargo().args(["build", "--release", "--package", "keystile-cli"]))?;
    program::run(tools::tauri()?.args(["build", "--ci", "--bundles", kinds]))?;
    let folder = repository::target().join("release/bundle");
    println!("Bundles ({kinds}) are in {}", folder.display());
    if cfg!(target_os = "linux") {
        println!("Not built: AppImage. Its runtime is fetched from the network while bundling;");
        println!(
            "where that is wanted, run `ui/node_modules/.bin/tauri build --bundles appimage`."
        );
    }
    Ok(folder)
}
