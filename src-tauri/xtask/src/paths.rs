//! Paths and package names of this repository.

use std::path::{Path, PathBuf};

/// The desktop package.
pub(crate) const DESKTOP: &str = "keystile-desktop";

/// The feature that embeds `ui/dist`. Without it a debug build loads the window from a development server.
pub(crate) const EMBED_UI: &str = "keystile-desktop/custom-protocol";

/// Returns the directory of the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest
        .ancestors()
        .nth(2)
        .unwrap_or(manifest)
        .to_path_buf()
}

/// Returns cargo's target directory, which `CARGO_TARGET_DIR` overrides.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(directory) => root().join(directory),
        None => root().join("target"),
    }
}

/// Returns the path of a built program of the workspace.
pub(crate) fn binary(name: &str, release: bool) -> PathBuf {
    let profile = if release { "release" } else { "debug" };
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    target().join(profile).join(file)
}

/// Returns the path of the built application.
pub(crate) fn desktop_binary(release: bool) -> PathBuf {
    binary(DESKTOP, release)
}
