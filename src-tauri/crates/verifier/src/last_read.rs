//! What the database was when memory was last read, for comparison with a later snapshot.

use keystile_store::{AuditHead, Snapshot};

/// What a later snapshot is compared with.
pub(crate) struct LastRead {
    change_counter: u32,
    commits: i64,
    pub(crate) head: Option<AuditHead>,
}

impl LastRead {
    pub(crate) fn new(snapshot: &Snapshot<'_>) -> Self {
        Self {
            change_counter: snapshot.commit().change_counter,
            commits: snapshot.commits(),
            head: snapshot.head().cloned(),
        }
    }

    /// Whether every commit since was one of Keystile, which writes audit rows.
    pub(crate) fn is_followed_by_own_commits(&self, snapshot: &Snapshot<'_>) -> bool {
        let counted = snapshot
            .commit()
            .change_counter
            .wrapping_sub(self.change_counter);
        snapshot.commits() - self.commits == i64::from(counted)
    }
}
