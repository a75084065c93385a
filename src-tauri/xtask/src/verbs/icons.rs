//! `cargo xtask icons`: draws every icon Tauri asks for from `icons/keystile.svg`.
//! Called by whoever changed the drawing. The pictures are committed, so that a build needs no renderer.

use std::fs;

use crate::failure::Failure;
use crate::{program, repository, tools};

const DRAWING: &str = "icons/keystile.svg";

/// # Errors
/// The drawing cannot be read, or the Tauri command line is missing.
pub(crate) fn icons() -> Result<(), Failure> {
    let drawn = repository::target().join("icons");
    program::run(
        tools::tauri()?
            .args(["icon", DRAWING, "--output"])
            .arg(&drawn),
    )?;
    let unreadable = |cause| Failure::from_cause("The drawn icons cannot be copied", &cause);
    let mut count = 0;
    for entry in fs::read_dir(&drawn).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        // Folders hold the icons of Android and iOS, which Keystile does not run on.
        if entry.path().is_file() {
            fs::copy(
                entry.path(),
                repository::root().join("icons").join(entry.file_name()),
            )
            .map_err(unreadable)?;
            count += 1;
        }
    }
    println!("Drew {count} icons from {DRAWING}.");
    Ok(())
}
