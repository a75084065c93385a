//! A reading of the database header.

use crate::error::UnavailableReason;

/// The last commit of the database, as its header says. Two are equal only if nothing was committed in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatabaseState(pub(crate) Result<u64, UnavailableReason>);

impl DatabaseState {
    /// Returns a number that every commit changes; `None` if the database could not be read.
    pub fn commit(self) -> Option<u64> {
        self.0.ok()
    }
}
