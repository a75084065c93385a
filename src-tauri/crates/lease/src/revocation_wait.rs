//! The revoker's side of the protocol: when a revocation may return.

use std::time::Duration;

use crate::boot_time::BootTime;
use crate::head::Seq;
use crate::server::Incarnation;
use crate::timing::{POLL_INTERVAL, Timing};
use crate::wait_step::{Commit, CountReply, DeleteReply, WaitOutcome, WaitStep};

/// The time between the first two counts; it doubles up to [`POLL_INTERVAL`].
const FIRST_INTERVAL: Duration = Duration::from_millis(1);

/// The wait of one revocation, after its commit was confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RevocationWait {
    seq: Seq,
    incarnation: Incarnation,
    settled: bool,
    /// Whether the server was found to be another one since the commit.
    restarted: bool,
    deadline: BootTime,
    next_count: BootTime,
    interval: Duration,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Phase {
    Waiting,
    Deleting,
    Settling { silent: u64 },
    Finished(WaitOutcome),
}

impl RevocationWait {
    /// Begins the wait. `now` must be read after the commit was confirmed.
    pub fn new(commit: Commit, now: BootTime, timing: Timing) -> Self {
        Self {
            seq: commit.seq,
            incarnation: commit.incarnation,
            settled: commit.settled,
            restarted: false,
            deadline: now.saturating_add(timing.ttl).saturating_add(timing.margin),
            next_count: now,
            interval: FIRST_INTERVAL,
            phase: Phase::Waiting,
        }
    }

    /// Returns the time after which no permission from before the revocation is left.
    pub fn deadline(&self) -> BootTime {
        self.deadline
    }

    /// Returns the next step at `now`.
    pub fn next(&mut self, now: BootTime) -> WaitStep {
        if self.phase == Phase::Waiting && now >= self.deadline {
            self.phase = Phase::Deleting;
        }
        match self.phase {
            Phase::Waiting if !self.counts() => WaitStep::WaitUntil(self.deadline),
            Phase::Waiting if now < self.next_count => {
                WaitStep::WaitUntil(self.next_count.min(self.deadline))
            }
            Phase::Waiting => WaitStep::Count { seq: self.seq },
            Phase::Deleting => WaitStep::DeleteBehind { seq: self.seq },
            Phase::Settling { .. } => WaitStep::Settle {
                incarnation: self.incarnation,
            },
            Phase::Finished(outcome) => WaitStep::Finished(outcome),
        }
    }

    /// Accepts the reply to a count.
    pub fn counted(&mut self, reply: CountReply, now: BootTime) {
        if self.phase != Phase::Waiting {
            return;
        }
        if reply.incarnation != self.incarnation {
            self.restarted = true;
        } else if reply.behind == 0 && self.counts() {
            self.phase = Phase::Finished(WaitOutcome::Acknowledged);
        } else {
            self.delay_count(now);
        }
    }

    /// Accepts the reply to a deletion.
    pub fn deleted(&mut self, reply: DeleteReply) {
        if self.phase != Phase::Deleting {
            return;
        }
        self.restarted |= reply.incarnation != self.incarnation;
        let silent = reply.deleted;
        self.phase = if self.settled || self.restarted {
            Phase::Finished(WaitOutcome::TimedOut {
                silent: Some(silent),
            })
        } else {
            Phase::Settling { silent }
        };
    }

    /// Accepts that the statement that settles has ended, with or without a changed row.
    pub fn settled(&mut self) {
        if let Phase::Settling { silent } = self.phase {
            self.phase = Phase::Finished(WaitOutcome::TimedOut {
                silent: Some(silent),
            });
        }
    }

    /// Accepts that a statement has failed or took too long. A count is repeated later; after the deadline, the wait
    /// ends without the database.
    pub fn failed(&mut self, now: BootTime) {
        match self.phase {
            Phase::Waiting => self.delay_count(now),
            Phase::Deleting => {
                self.phase = Phase::Finished(WaitOutcome::TimedOut { silent: None });
            }
            Phase::Settling { .. } => self.settled(),
            Phase::Finished(_) => {}
        }
    }

    /// Returns whether a count may end the wait. A server that was started since, or that took over, may lack rows of
    /// verifiers whose permissions are not over.
    fn counts(&self) -> bool {
        self.settled && !self.restarted
    }

    fn delay_count(&mut self, now: BootTime) {
        self.next_count = now.saturating_add(self.interval);
        self.interval = (self.interval * 2).min(POLL_INTERVAL);
    }
}
