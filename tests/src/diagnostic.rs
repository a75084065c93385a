//! Reads the code and the help of errors.

use miette::Diagnostic;

/// Returns the stable code of an error; empty if it has none.
pub fn error_code(error: &dyn Diagnostic) -> String {
    error
        .code()
        .map_or_else(String::new, |code| code.to_string())
}

/// Returns what an error tells users to do next; empty if it has no help.
pub fn error_help(error: &dyn Diagnostic) -> String {
    error
        .help()
        .map_or_else(String::new, |help| help.to_string())
}
