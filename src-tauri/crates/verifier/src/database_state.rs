//! What the database looked like at one time.

use crate::error::RejectReason;

/// What the header of the database said at one time: which commit was the last one. Equal to another one only if nothing was
/// committed in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatabaseState(pub(crate) Result<u64, RejectReason>);

impl DatabaseState {
    /// Returns a number that every commit changes; `None` if the database could not be read.
    pub fn commit(self) -> Option<u64> {
        self.0.ok()
    }
}
