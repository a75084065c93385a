//! The verifier's side of the protocol: when checks may be decided from memory.
//!
//! Invariant: a permission follows only from a row of this verifier whose `seen` was committed before the statement's
//! snapshot or with it, equals the head of that snapshot, and is not ahead of memory. Each later revocation therefore
//! finds the row behind, and each earlier one is in memory.

use crate::boot_time::BootTime;
use crate::head::{Head, Seq};
use crate::lease_reply::{AcknowledgeReply, ConnectReply, ReadReply, RegisterReply};
use crate::lease_step::{LeaseStep, StopReason};
use crate::server::{BackendId, VerifierId};
use crate::timing::Timing;

/// Earlier rows that a registration deletes. Revokers delete older ones after their wait.
const MAX_PREVIOUS: usize = 16;

/// The lease of one process on answering checks from memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lease {
    timing: Timing,
    /// What memory contains; `None` if it is empty.
    memory: Option<Head>,
    permission_until: BootTime,
    /// Ids of registrations whose rows may still exist.
    previous: Vec<VerifierId>,
    phase: Phase,
}

/// A connection and the row that was committed on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Registration {
    backend: BackendId,
    id: VerifierId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Phase {
    Disconnected,
    /// To be registered.
    Connected(BackendId),
    Registering(Registration, Seq),
    Idle(Registration),
    ToRead(Registration),
    Reading {
        registration: Registration,
        since: Option<Head>,
        sent: BootTime,
    },
    Applying {
        registration: Registration,
        head: Head,
        seen: Seq,
        sent: BootTime,
    },
    ToAcknowledge(Registration, Seq),
    Acknowledging {
        registration: Registration,
        seen: Seq,
        sent: BootTime,
    },
    Clearing(BackendId),
    Stopped(StopReason),
}

impl Lease {
    /// Creates the lease of a process with an empty memory.
    pub fn new(timing: Timing) -> Self {
        Self {
            timing,
            memory: None,
            permission_until: BootTime::ZERO,
            previous: Vec::new(),
            phase: Phase::Disconnected,
        }
    }

    /// Returns the end of the permission, to be published to the threads that check keys. It moves back only when the
    /// permission is withdrawn, to [`BootTime::ZERO`].
    pub fn permission_until(&self) -> BootTime {
        self.permission_until
    }

    /// Returns whether a check may be decided from memory at `now`. Read the clock after memory was read: the process
    /// may be stopped between the two.
    pub fn permits(&self, now: BootTime) -> bool {
        now < self.permission_until
    }

    /// Returns what memory contains; `None` if it is empty.
    pub fn memory(&self) -> Option<Head> {
        self.memory
    }

    /// Returns the next step, which begins at `now`. `new_id` becomes the id of the row if that step is a registration;
    /// it must be random and new for each call.
    ///
    /// Until the step's result is passed in, further calls return the same step and keep the time of the first.
    pub fn next(&mut self, now: BootTime, new_id: VerifierId) -> LeaseStep {
        match self.phase {
            Phase::Connected(backend) => {
                let seen = self.memory.map_or(Seq(0), |head| head.seq);
                let registration = Registration {
                    backend,
                    id: new_id,
                };
                self.phase = Phase::Registering(registration, seen);
            }
            Phase::ToRead(registration) => {
                self.phase = Phase::Reading {
                    registration,
                    since: self.memory,
                    sent: now,
                };
            }
            Phase::ToAcknowledge(registration, seen) => {
                self.phase = Phase::Acknowledging {
                    registration,
                    seen,
                    sent: now,
                };
            }
            _ => {}
        }
        self.step()
    }

    fn step(&self) -> LeaseStep {
        match self.phase {
            Phase::Registering(Registration { id, .. }, seen) => LeaseStep::Register {
                id,
                seen,
                previous: self.previous.clone(),
            },
            Phase::Reading {
                registration,
                since,
                ..
            } => LeaseStep::Read {
                id: registration.id,
                since,
            },
            Phase::Applying { head, .. } => LeaseStep::Apply { head },
            Phase::Acknowledging {
                registration, seen, ..
            } => LeaseStep::Acknowledge {
                id: registration.id,
                seen,
            },
            Phase::Idle(_) => LeaseStep::Idle,
            Phase::Clearing(_) => LeaseStep::Clear,
            Phase::Stopped(reason) => LeaseStep::Stop(reason),
            // The others are left by `next` before they get here.
            Phase::Disconnected
            | Phase::Connected(_)
            | Phase::ToRead(_)
            | Phase::ToAcknowledge(..) => LeaseStep::Connect,
        }
    }

    /// Accepts a new connection.
    pub fn connected(&mut self, reply: ConnectReply) {
        if self.phase != Phase::Disconnected {
            return self.failed();
        }
        self.phase = if reply.in_recovery {
            Phase::Stopped(StopReason::Standby)
        } else {
            Phase::Connected(reply.backend)
        };
    }

    /// Accepts the commit of the registration.
    pub fn registered(&mut self, reply: RegisterReply) {
        let Phase::Registering(registration, _) = self.phase else {
            return self.failed();
        };
        if reply.backend != registration.backend {
            return self.stop(StopReason::TransactionPooler);
        }
        self.previous.clear();
        self.phase = Phase::ToRead(registration);
    }

    /// Accepts the reply to a read.
    pub fn read(&mut self, reply: ReadReply) {
        let Phase::Reading {
            registration,
            since,
            sent,
        } = self.phase
        else {
            return self.failed();
        };
        if reply.backend != registration.backend {
            return self.stop(StopReason::TransactionPooler);
        }
        if reply.in_recovery {
            return self.stop(StopReason::Standby);
        }
        let is_other_history = since.is_some_and(|since| reply.since_hash != Some(since.hash));
        if is_other_history || reply.seen.is_some_and(|seen| seen > reply.head.seq) {
            // The row may claim more than memory will contain.
            self.remember(registration.id);
            self.withdraw();
            self.phase = Phase::Clearing(registration.backend);
            return;
        }
        let Some(seen) = reply.seen else {
            // A revoker has deleted the row after its wait, when the permission was over.
            self.withdraw();
            self.phase = Phase::Connected(registration.backend);
            return;
        };
        if self.memory.is_none_or(|memory| memory.seq < reply.head.seq) {
            self.phase = Phase::Applying {
                registration,
                head: reply.head,
                seen,
                sent,
            };
        } else {
            self.compare(registration, reply.head.seq, seen, sent);
        }
    }

    /// Accepts that memory contains all changes up to the step's head.
    pub fn applied(&mut self) {
        let Phase::Applying {
            registration,
            head,
            seen,
            sent,
        } = self.phase
        else {
            return self.failed();
        };
        self.advance(head);
        self.compare(registration, head.seq, seen, sent);
    }

    /// Accepts the commit of the acknowledgment.
    pub fn acknowledged(&mut self, reply: AcknowledgeReply) {
        let Phase::Acknowledging {
            registration,
            seen,
            sent,
        } = self.phase
        else {
            return self.failed();
        };
        if reply.backend != registration.backend {
            return self.stop(StopReason::TransactionPooler);
        }
        if !reply.updated {
            self.withdraw();
            self.phase = Phase::Connected(registration.backend);
        } else if reply.head == seen {
            self.permit(registration, sent);
        } else {
            self.phase = Phase::ToRead(registration);
        }
    }

    /// Accepts that memory is empty after [`LeaseStep::Clear`].
    pub fn cleared(&mut self) {
        let Phase::Clearing(backend) = self.phase else {
            return self.failed();
        };
        self.memory = None;
        self.phase = Phase::Connected(backend);
    }

    /// Accepts that the time to wait is over, or that a notification has arrived. Does nothing unless the last step was
    /// [`LeaseStep::Idle`].
    pub fn wake(&mut self) {
        if let Phase::Idle(registration) = self.phase {
            self.phase = Phase::ToRead(registration);
        }
    }

    /// Accepts that the connection is closed after an error or a stop. The permission lasts until its end.
    pub fn failed(&mut self) {
        if let Some(registration) = self.registration() {
            self.remember(registration.id);
        }
        // Memory that was to be cleared and was not is found again by the next read.
        if self.phase != Phase::Stopped(StopReason::Closed) {
            self.phase = Phase::Disconnected;
        }
    }

    /// Accepts that another reader of this process has applied all changes up to `head`, which continues what memory
    /// contained. An older head changes nothing.
    pub fn advance(&mut self, head: Head) {
        if self.memory.is_none_or(|memory| memory.seq < head.seq) {
            self.memory = Some(head);
        }
    }

    /// Withdraws the permission for good and returns the rows to delete, so that no revocation waits for this process.
    /// Call it when checks have ended, and delete the rows only after the permission was published.
    pub fn close(&mut self) -> Vec<VerifierId> {
        self.withdraw();
        self.stop(StopReason::Closed);
        std::mem::take(&mut self.previous)
    }

    /// Gives permission if the row has the head of the snapshot, and has the head acknowledged otherwise.
    fn compare(&mut self, registration: Registration, head: Seq, seen: Seq, sent: BootTime) {
        if seen == head {
            self.permit(registration, sent);
        } else {
            self.phase = Phase::ToAcknowledge(registration, head);
        }
    }

    /// Gives permission from the time before the statement was sent: a revoker that commits after the statement's
    /// snapshot begins its wait later than that.
    fn permit(&mut self, registration: Registration, sent: BootTime) {
        let until = sent.saturating_add(self.timing.ttl);
        self.permission_until = self.permission_until.max(until);
        self.phase = Phase::Idle(registration);
    }

    fn withdraw(&mut self) {
        self.permission_until = BootTime::ZERO;
    }

    fn stop(&mut self, reason: StopReason) {
        if let Some(registration) = self.registration() {
            self.remember(registration.id);
        }
        self.phase = Phase::Stopped(reason);
    }

    fn remember(&mut self, id: VerifierId) {
        if self.previous.len() == MAX_PREVIOUS {
            self.previous.remove(0);
        }
        self.previous.push(id);
    }

    fn registration(&self) -> Option<Registration> {
        match self.phase {
            Phase::Registering(registration, _)
            | Phase::Idle(registration)
            | Phase::ToRead(registration)
            | Phase::Reading { registration, .. }
            | Phase::Applying { registration, .. }
            | Phase::ToAcknowledge(registration, _)
            | Phase::Acknowledging { registration, .. } => Some(registration),
            Phase::Disconnected | Phase::Connected(_) | Phase::Clearing(_) | Phase::Stopped(_) => {
                None
            }
        }
    }
}
