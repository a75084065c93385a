//! Completions for a shell, made from the words themselves.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use crate::arguments::Arguments;

pub(crate) fn run(shell: Shell) {
    generate(
        shell,
        &mut Arguments::command(),
        "keystile",
        &mut std::io::stdout(),
    );
}
