//! Runs SQL with psql, so that this crate needs no client library.

use std::io;

use crate::programs::{Programs, run};

/// Runs one statement as a superuser and returns its rows: columns separated by `|`, rows by newlines.
pub(crate) fn run_sql(programs: &Programs, url: &str, statement: &str) -> io::Result<String> {
    let mut command = programs.command("psql");
    command
        .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"])
        .args(["-c", statement, url])
        .env("PGCONNECT_TIMEOUT", "10");
    run(&mut command)
}
