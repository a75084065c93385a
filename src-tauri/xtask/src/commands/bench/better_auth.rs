//! Installs better-auth, which `keystile-bench` compares Keystile with.

use std::path::PathBuf;

use crate::{exec, npm_packages, paths};

pub(crate) const DIRECTORY: &str = "src-tauri/xtask/bench/better-auth";

/// Installs its npm packages and returns the script that measures it. If that fails, prints why; the other measurements
/// do not need it.
pub(super) fn script() -> Option<PathBuf> {
    let directory = paths::root().join(DIRECTORY);
    if exec::find("node").is_none() || exec::find("npm").is_none() {
        println!("better-auth is not measured: Node.js is missing.");
        return None;
    }
    match npm_packages::install(&directory) {
        Ok(()) => Some(directory.join("better-auth.js")),
        Err(error) => {
            println!("better-auth is not measured: {error:#}");
            None
        }
    }
}
