//! The desktop program. Everything is in the library, so that tests can start it too.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    keystile_desktop::run()
}
