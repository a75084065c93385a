//! `cargo xtask build`: the window's files, then the program that carries them.
//! Also called by `run` and the window tests. It knows no other build: `bundle` leaves that to the Tauri command line.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::system_packages::{Purpose, prepare};
use crate::{program, repository, window_files};

/// The built program's file.
///
/// # Errors
/// Something is missing or does not compile.
pub(crate) fn build(release: bool) -> Result<PathBuf, Failure> {
    prepare(Purpose::Build)?;
    window_files::build()?;
    let mut cargo = program::cargo();
    cargo.args(["build", "--features", repository::SERVE_OWN_FILES]);
    if release {
        // Exactly what people get: no feature that only a test asked a dependency for.
        cargo.args(["--release", "--package", repository::DESKTOP]);
    } else {
        // The same choice of packages as the tests make, so that both share every compiled dependency; without
        // this program itself, which Windows does not let be replaced while it runs.
        cargo.args(["--workspace", "--exclude", "xtask", "--bins"]);
    }
    program::run(&mut cargo)?;
    let binary = repository::desktop_binary(release);
    println!("Built {}", binary.display());
    Ok(binary)
}
