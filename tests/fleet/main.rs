//! Several verifiers on one PostgreSQL database, under the faults that may happen to them.

#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

mod faults;
mod fleet;
mod replica_process;
mod revocation;
