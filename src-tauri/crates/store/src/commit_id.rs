//! Numbers that identify commits.

use keystile_lease::AuditHash;

/// Identifies a commit. Two are equal only if nothing was committed in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CommitId(u64);

impl CommitId {
    /// Combines SQLite's file change counter (byte 24 of the header), which moves with every commit and wraps, with the
    /// random number that every commit of Keystile writes (`PRAGMA user_version`, byte 60): it tells commits apart also
    /// after a backup was restored, which repeats the counter.
    pub(crate) fn from_header(change_counter: u32, nonce: u32) -> Self {
        Self((u64::from(change_counter) << 32) | u64::from(nonce))
    }

    /// Uses the last audit row, which differs after every commit on PostgreSQL, and in two histories of a database that went
    /// back to an earlier state.
    pub(crate) fn from_hash(hash: AuditHash) -> Self {
        Self(hash.0 >> 1)
    }

    /// Restores an id from its number.
    pub(crate) fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// Returns SQLite's file change counter.
    pub fn change_counter(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// Returns the random number in the header. Never `u32::MAX`.
    pub fn nonce(self) -> u32 {
        self.0 as u32
    }

    /// Returns the number. Never `u64::MAX`.
    pub fn as_u64(self) -> u64 {
        self.0
    }
}
