//! Where things are in this repository, and which packages cargo is asked for.
//! Every verb uses it. It reads and writes nothing.

use std::path::{Path, PathBuf};

/// The desktop package.
pub(crate) const DESKTOP: &str = "keystile-desktop";

/// The package of the journeys through the built window.
pub(crate) const JOURNEYS: &str = "keystile-tests";

/// Serves `ui/dist` from inside the program; without it a debug build asks a development server.
pub(crate) const SERVE_OWN_FILES: &str = "keystile-desktop/custom-protocol";

/// The folder that holds the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Where cargo puts what it builds: `CARGO_TARGET_DIR` when it is set, as cargo itself does.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The built application.
pub(crate) fn desktop_binary(release: bool) -> PathBuf {
    binary(DESKTOP, release)
}

/// A built program of the workspace.
pub(crate) fn binary(name: &str, release: bool) -> PathBuf {
    let profile = if release { "release" } else { "debug" };
    target()
        .join(profile)
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
