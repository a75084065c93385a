//! Checks without a lease: each is decided by a read of the database that began after the check had arrived.

use std::ops::Range;

/// The number of a check, in the order of arrival.
pub type CheckNumber = u64;

/// The checks of one process that wait for a read. One read at a time decides all checks that waited when it began.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CheckQueue {
    /// The number of the next check.
    arrived: CheckNumber,
    /// The first check that no read has begun for.
    waiting: CheckNumber,
    /// The first check that is not decided.
    undecided: CheckNumber,
}

/// How a read has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReadOutcome {
    /// The primary has replied: `pg_is_in_recovery()` is false.
    Primary,
    /// A standby has replied, which may lag behind the primary.
    Standby,
    /// The read has failed.
    Failed,
}

/// The checks that a read has ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FinishedChecks {
    /// Their numbers.
    pub checks: Range<CheckNumber>,
    /// Whether the read decides them. Otherwise they are unavailable.
    pub decided: bool,
}

impl CheckQueue {
    /// Adds a check that has arrived and returns its number.
    pub fn push(&mut self) -> CheckNumber {
        let number = self.arrived;
        self.arrived += 1;
        number
    }

    /// Returns whether to send a read now: checks wait, and no read is in progress. A check that arrives later is not
    /// decided by this read, whose snapshot may be older.
    #[must_use]
    pub fn begin_read(&mut self) -> bool {
        if self.undecided < self.waiting || self.waiting == self.arrived {
            return false;
        }
        self.waiting = self.arrived;
        true
    }

    /// Ends the read in progress and returns its checks.
    pub fn end_read(&mut self, outcome: ReadOutcome) -> FinishedChecks {
        let checks = self.undecided..self.waiting;
        self.undecided = self.waiting;
        FinishedChecks {
            checks,
            decided: outcome == ReadOutcome::Primary,
        }
    }
}
