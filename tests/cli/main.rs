//! The terminal as a script uses it: the real program, a real store, exit codes, and what stands on which stream.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that cannot be set up must fail"
)]

mod cases;
mod create_key;
mod demo;
mod doctor;
mod fixture;
mod gateway;
#[cfg(unix)]
mod gateway_suspended;
mod observed;
mod readme;
mod running;
mod serve;
mod snippet;
mod terminal;
mod usage;
mod verify;
mod words;
