//! better-auth, beside which the figures stand: its packages are installed here, and measured by `keystile-bench`.
//! Called by the two verbs about checks. A machine that cannot install it still gets every other figure.

use std::path::PathBuf;

use crate::{npm_packages, program, repository};

pub(crate) const FOLDER: &str = "src-tauri/xtask/bench/better-auth";

/// The script that measures it, with its packages installed; without them it says so and why.
pub(super) fn script() -> Option<PathBuf> {
    let folder = repository::root().join(FOLDER);
    if program::find("node").is_none() || program::find("npm").is_none() {
        println!("better-auth is not measured: Node.js is missing.");
        return None;
    }
    match npm_packages::install(&folder) {
        Ok(()) => Some(folder.join("peer.js")),
        Err(failure) => {
            println!("better-auth is not measured: {failure}");
            None
        }
    }
}
