//! Tests of the `keystile` program: exit codes, standard output and standard error, with a real store.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that cannot be set up must fail"
)]

mod access_log;
mod admin_api;
mod arguments;
mod cases;
mod create_key;
mod demo;
mod doctor;
mod files;
mod fixture;
#[cfg(target_os = "linux")]
mod fleet;
mod gateway;
mod gateway_ports;
#[cfg(unix)]
mod gateway_suspended;
mod manage;
#[cfg(target_os = "linux")]
mod open;
#[cfg(target_os = "linux")]
mod postgres_fixture;
mod readme;
#[cfg(unix)]
mod requests;
mod revoke_unused;
mod rotate;
mod running;
mod serve;
#[cfg(target_os = "linux")]
mod set_back_clock;
mod snippet;
#[cfg(target_os = "linux")]
mod store;
#[cfg(target_os = "linux")]
mod store_access;
#[cfg(target_os = "linux")]
mod store_copy;
mod terminal;
mod verify;
