//! The verifier's promises through its public functions, on real SQLite files in throw-away directories, one property a
//! file. Where another process matters, there is one.

#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

mod world;

mod environment;
mod forged;
mod half_done_commit;
mod lock_limit;
//Xmod lost_install_key;
//Xmod memory;
mod moved;
//Xmod proof;
mod refusals;
mod restored;
mod revocation;
mod second_writer;
//Xmod usage;
mod write_ahead_log;
