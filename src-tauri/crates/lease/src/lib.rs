//! The protocol by which several processes answer checks from memory although a revocation that has returned must be
//! seen by all of them: leases (Gray & Cheriton 1989) whose holders are rows of the shared database. State machines
//! without I/O, async code, or a clock; `docs/fleet.md` describes the protocol.

#![forbid(unsafe_code)]

mod boot_time;
mod check_queue;
mod head;
mod lease;
mod lease_reply;
mod lease_step;
mod revocation_wait;
mod server;
mod timing;
mod wait_step;

pub use boot_time::BootTime;
pub use check_queue::{CheckNumber, CheckQueue, FinishedChecks, ReadOutcome};
pub use head::{AuditHash, Head, Seq};
pub use lease::Lease;
pub use lease_reply::{AcknowledgeReply, ConnectReply, ReadReply, RegisterReply};
pub use lease_step::{LeaseStep, StopReason};
pub use revocation_wait::RevocationWait;
pub use server::{BackendId, Incarnation, VerifierId};
pub use timing::{MARGIN, POLL_INTERVAL, STATEMENT_LIMIT, TTL, Timing};
pub use wait_step::{Commit, CountReply, DeleteReply, WaitOutcome, WaitStep};
