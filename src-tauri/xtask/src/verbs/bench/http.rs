//! `cargo xtask bench http`: what a check costs over HTTP, under wrk. It builds the release program and `keystile-bench`,
//! which measures; this file says where the figures go. Called by people. Linux only, because of `/proc`.

use std::fs;

use crate::failure::Failure;
use crate::system_packages::{Purpose, prepare};
use crate::{program, repository};

/// # Errors
/// It does not compile, or it could not measure.
pub(crate) fn http() -> Result<(), Failure> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new(
            "bench http reads processor time from /proc, which only Linux has.",
        ));
    }
    prepare(Purpose::Load)?;
    let folder = repository::target().join("bench");
    fs::create_dir_all(&folder)
        .map_err(|cause| Failure::from_cause("The figures cannot be written", &cause))?;
    let file = folder.join("http.json");
    program::run(program::cargo().args(["build", "--release", "--package", "keystile-cli"]))?;
    program::run(
        program::cargo()
            .args([
                "run",
                "--release",
                "--package",
                "keystile-bench",
                "--",
                "http",
            ])
            .arg(repository::binary("keystile", true))
            .arg(&file),
    )?;
    println!("Written to {}", file.display());
    Ok(())
}
