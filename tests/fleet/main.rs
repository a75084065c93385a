//! Several verifiers on one PostgreSQL database, under the faults that may happen to them.

#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]
#![expect(
    clippy::print_stdout,
    reason = "figures and the seed of a run are of interest"
)]

mod faults;
mod fleet;
mod replica_process;
mod revocation;
mod standby;
