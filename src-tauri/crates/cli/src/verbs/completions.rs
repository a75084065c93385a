//! Completions for a shell, made from the words themselves.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use crate::arguments::Arguments;
use crate::report::Report;

pub(crate) fn run(shell: Shell, report: &Report) {
    // Not straight to the output: a reader that has gone would end the generator in a panic.
    let mut text = Vec::new();
    generate(shell, &mut Arguments::command(), "keystile", &mut text);
    report.line(String::from_utf8_lossy(&text).trim_end());
}
