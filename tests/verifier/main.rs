//! Tests of the verifier through its public interface, on real SQLite files in temporary directories, one property per
//! file. `postgres.rs` lists the tests that also run on PostgreSQL.

#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use keystile_tests::verifier_fixture as fixture;

mod argon2;
mod bulk_change;
mod cache;
mod canceled_check;
mod environment;
mod forged;
mod four_processes;
mod half_done_commit;
mod invalid_row;
mod lock_limit;
mod lost_install_key;
mod many_proofs;
mod missing_file;
mod rejections;
mod request_log;
mod restored;
mod revocation;
mod second_writer;
mod unaudited_change;
mod usage;
mod usage_file;
mod write_ahead_log;
