//! `completions`: prints shell completions.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use crate::arguments::Arguments;
use crate::report::Report;

pub(crate) fn run(shell: Shell, report: &Report) {
    // The generator panics on a closed pipe, so it writes to memory.
    let mut text = Vec::new();
    generate(shell, &mut Arguments::command(), "keystile", &mut text);
    report.raw(String::from_utf8_lossy(&text).trim_end());
}
