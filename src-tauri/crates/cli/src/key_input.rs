//! Reads a key from standard input, where other processes and histories do not see it.

use std::io::{self, IsTerminal, Read};

use zeroize::Zeroizing;

use crate::error::CliError;
use crate::report::Report;

/// Bytes of standard input; longer than any key.
const MAX_INPUT: u64 = 4_096;

/// Reads the key. `example`: a command that passes one, for the errors.
///
/// # Errors
/// Standard input cannot be read or has not exactly one line: a result would say that a key was looked up.
pub(crate) fn read(report: &Report, example: &str) -> Result<Zeroizing<String>, CliError> {
    let text = read_input(report)
        .map_err(|cause| CliError::system("Cannot read standard input", &cause))?;
    let line = the_only_line(&text, example)?;
    Ok(Zeroizing::new(line.to_owned()))
}

/// Reads one line without echo from a terminal, or all of another input.
fn read_input(report: &Report) -> io::Result<Zeroizing<String>> {
    if io::stdin().is_terminal() {
        report.note("Paste the key and press Enter. It is not displayed.");
        return match rpassword::read_password() {
            Err(cause) if cause.kind() == io::ErrorKind::UnexpectedEof => Ok(Zeroizing::default()),
            result => result.map(Zeroizing::new),
        };
    }
    let mut bytes = Zeroizing::new(Vec::new());
    io::stdin().lock().take(MAX_INPUT).read_to_end(&mut bytes)?;
    // Invalid UTF-8 is an invalid key; the verifier rejects it.
    Ok(Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned()))
}

/// Whether a character may surround a key in a file. Some editors begin a file with a byte order mark.
fn is_padding(character: char) -> bool {
    character.is_whitespace() || character == '\u{feff}'
}

/// Returns the only line that is not empty.
fn the_only_line<'a>(input: &'a str, example: &str) -> Result<&'a str, CliError> {
    let mut lines = input
        .lines()
        .map(|line| line.trim_matches(is_padding))
        .filter(|line| !line.is_empty());
    let (code, message) = match (lines.next(), lines.next()) {
        (Some(line), None) => return Ok(line),
        (None, _) => ("no_key", "No key was given."),
        (Some(_), Some(_)) => ("multiple_lines", "More than one line was given."),
    };
    let advice = format!("Pass one key on standard input: {example}");
    Err(CliError::usage(code, message, advice))
}
