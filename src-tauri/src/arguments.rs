//! The arguments that print a text instead of starting the program. Others are links, or belong to the toolkit.

use std::ffi::OsStr;

const HELP: &str = "\
Usage: keystile-desktop [LINK]

Opens the window of Keystile. `keystile --help` lists the commands of the terminal.

Arguments:
  [LINK]  Link to an environment, `keystile://…`, as `keystile open PROJECT/ENV` makes it

Options:
  -h, --help     Print help
  -V, --version  Print version
";

/// Returns the text that the first argument asks for.
pub(crate) fn text(first: &OsStr) -> Option<String> {
    match first.to_str()? {
        "-h" | "--help" => Some(HELP.to_owned()),
        "-V" | "--version" => Some(format!("Keystile {}\n", env!("CARGO_PKG_VERSION"))),
        _ => None,
    }
}
