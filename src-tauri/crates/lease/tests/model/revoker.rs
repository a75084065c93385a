//! A process that revokes a key, with the real [`RevocationWait`].

use keystile_lease::{
    BootTime, Commit, CountReply, DeleteReply, RevocationWait, Timing, WaitOutcome, WaitStep,
};

use crate::database::{Database, Write};
use crate::protocol::Protocol;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Revoker {
    New,
    /// It does not know whether the revocation was committed, and tries again.
    Ready,
    /// Committed; the confirmation is on its way.
    Committed(Commit),
    Waiting(Commit, RevocationWait),
    /// The revocation has returned. A variant returns without an outcome.
    Returned(Option<WaitOutcome>),
}

impl Revoker {
    pub(crate) fn revoke(&mut self, revocation: u8, database: &mut Database) {
        *self = Self::Committed(database.revoke(revocation));
    }

    /// Receives the confirmation, which implies that the synchronous standby has the rows up to this one.
    pub(crate) fn confirm(
        &mut self,
        database: &mut Database,
        clock: BootTime,
        timing: Timing,
        protocol: Protocol,
    ) {
        let Self::Committed(mut commit) = *self else {
            return;
        };
        database.replicated = database.replicated.max(commit.seq.0 as usize);
        if protocol == Protocol::WithoutIncarnation {
            commit.settled = true;
        }
        *self = if protocol == Protocol::TimeToLive {
            Self::Returned(None)
        } else {
            Self::Waiting(commit, RevocationWait::new(commit, clock, timing))
        };
    }

    /// Takes the next step of the wait, if it needs no more time. A count that does not end it is left out: it
    /// changes only the time of the next count, and counts are possible at any time here.
    pub(crate) fn step(
        &mut self,
        database: &mut Database,
        clock: BootTime,
        protocol: Protocol,
    ) -> bool {
        let Self::Waiting(commit, wait) = self else {
            return false;
        };
        let incarnation = |variant| {
            if protocol == variant || protocol == Protocol::WithoutIncarnation {
                commit.incarnation
            } else {
                database.incarnation
            }
        };
        let at_count = incarnation(Protocol::CountInAnyIncarnation);
        let at_deletion = incarnation(Protocol::SettleInAnyIncarnation);
        match wait.next(clock) {
            WaitStep::WaitUntil(_) => return false,
            WaitStep::Count { seq } => {
                let reply = CountReply {
                    behind: database.behind(seq),
                    incarnation: at_count,
                };
                let mut counted = *wait;
                counted.counted(reply, clock);
                let is_finished = matches!(counted.next(clock), WaitStep::Finished(_));
                if !is_finished && at_count == commit.incarnation {
                    return false;
                }
                *wait = counted;
            }
            WaitStep::DeleteBehind { seq } => {
                let deleted = database.commit(&Write::DeleteBehind(seq));
                wait.deleted(DeleteReply {
                    deleted,
                    incarnation: at_deletion,
                });
            }
            WaitStep::Settle { .. } if protocol == Protocol::SettleInAnyIncarnation => {
                database.stored.1 = true;
                wait.settled();
            }
            WaitStep::Settle { incarnation } => {
                database.commit(&Write::Settle(incarnation.0));
                wait.settled();
            }
            WaitStep::Finished(_) => {}
        }
        self.finish(clock);
        true
    }

    /// Loses the connection during the next statement that changes the database; returns the statement, which may be
    /// committed later.
    pub(crate) fn lose_statement(&mut self, clock: BootTime) -> Option<Write> {
        let Self::Waiting(_, wait) = self else {
            return None;
        };
        let write = match wait.next(clock) {
            WaitStep::DeleteBehind { seq } => Write::DeleteBehind(seq),
            WaitStep::Settle { incarnation } => Write::Settle(incarnation.0),
            _ => return None,
        };
        wait.failed(clock);
        self.finish(clock);
        Some(write)
    }

    fn finish(&mut self, clock: BootTime) {
        if let Self::Waiting(_, wait) = self
            && let WaitStep::Finished(outcome) = wait.next(clock)
        {
            *self = Self::Returned(Some(outcome));
        }
    }
}
