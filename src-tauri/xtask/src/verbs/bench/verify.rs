//! `cargo xtask bench verify`: what a check of a key costs in process. The measuring is done by `keystile-bench`, in
//! release; this file builds it and says where its figures go. Called by people.

use std::fs;

use crate::failure::Failure;
use crate::{program, repository};

/// # Errors
/// It does not compile, or it could not measure.
pub(crate) fn verify() -> Result<(), Failure> {
    let folder = repository::target().join("bench");
    fs::create_dir_all(&folder)
        .map_err(|cause| Failure::from_cause("The figures cannot be written", &cause))?;
    let file = folder.join("verify.json");
    program::run(
        program::cargo()
            .args([
                "run",
                "--release",
                "--package",
                "keystile-bench",
                "--",
                "verify",
            ])
            .arg(&file),
    )?;
    println!("Written to {}", file.display());
    Ok(())
}
