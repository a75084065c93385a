//! The verifier's promises through its public functions, on real SQLite files in throw-away directories, one property a
//! file. Where another process matters, there is one.

#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

mod world;

mod environment;
mod forged;
//Xmod half_done_commit;
//Xmod lock_limit;
//Xmod lost_install_key;
//Xmod memory;
//Xmod moved;
//Xmod proof;
mod refusals;
//Xmod restored;
mod revocation;
//Xmod second_writer;
//Xmod usage;
//Xmod write_ahead_log;
