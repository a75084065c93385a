//! The verifier's promises through its public functions, on real SQLite files in throw-away directories, one property a
//! file. Where another process matters, there is one.

#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use keystile_tests::verifier_fixture as fixture;

mod environment;
mod forged;
mod four_processes;
mod half_done_commit;
mod lock_limit;
mod lost_install_key;
mod memory;
mod moved;
mod proof;
mod refusals;
mod restored;
mod revocation;
mod second_writer;
mod usage;
mod write_ahead_log;
