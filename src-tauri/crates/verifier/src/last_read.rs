//! The state of the database when rows were last read, to compare a later snapshot with.

use keystile_store::{AuditHead, Snapshot};

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

    /// Returns whether all commits since were made by Keystile, which writes audit rows.
    pub(crate) fn is_followed_by_own_commits(&self, snapshot: &Snapshot<'_>) -> bool {
        let all = snapshot
            .commit()
            .change_counter
            .wrapping_sub(self.change_counter);
        snapshot.commits() - self.commits == i64::from(all)
    }
}
