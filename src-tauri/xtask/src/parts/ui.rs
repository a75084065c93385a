//! The window's own tests: its types and its units, without Tauri.

use crate::failure::Failure;
use crate::tally::Tally;
use crate::{program, window_files};

/// # Errors
/// npm failed.
pub(crate) fn run(tally: &mut Tally) -> Result<(), Failure> {
    window_files::install()?;
    let types = program::run(&mut window_files::in_ui(&["run", "--silent", "check"]));
    tally.check(types.is_ok());
    let units = program::run_reading(&mut window_files::in_ui(&["test", "--silent"]), |line| {
        tally.read(line)
    });
    types.and(units)
}
