//! Writes results to standard output, and notes and errors to standard error; as text, or as JSON with `--json`. Never
//! receives a plain key.

use std::collections::HashMap;
use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;

use keystile_registry::RegistryError;
use serde_json::{Value, json};

use crate::error::{CliError, reason};
use crate::style::{ERROR, NOTE, paint};
use crate::table::{self, Cell};

pub(crate) struct Report {
    json: bool,
    /// The first failed write to standard output. Nothing is written after it.
    failure: OnceLock<io::Error>,
}

impl Report {
    pub(crate) fn new(json: bool) -> Self {
        Self {
            json,
            failure: OnceLock::new(),
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Writes a result as text, which may be empty and may have styles, or as JSON.
    pub(crate) fn result(&self, text: &str, value: &Value) {
        if self.json {
            self.raw(&format!("{value:#}"));
        } else if !text.is_empty() {
            self.styled(text);
        }
    }

    /// Writes the id of a new object for scripts, or JSON. On a terminal, the note that follows is enough.
    pub(crate) fn created(&self, id: &str, value: &Value) {
        let is_terminal = io::stdout().is_terminal();
        self.result(if is_terminal { "" } else { id }, value);
    }

    /// Writes a list as a table, or as a JSON array. An empty table has no heads; a note says why.
    pub(crate) fn list(&self, heads: &[&str], rows: Vec<Vec<Cell>>, values: Vec<Value>) {
        if self.json {
            self.raw(&format!("{:#}", Value::Array(values)));
        } else if !rows.is_empty() {
            for line in table::lines(heads, rows) {
                self.styled(&line);
            }
        }
    }

    /// Writes text unchanged.
    pub(crate) fn raw(&self, text: &str) {
        self.write(&mut io::stdout(), text);
    }

    /// Writes text with styles where standard output shows them.
    pub(crate) fn styled(&self, text: &str) {
        self.write(&mut anstream::stdout(), text);
    }

    fn write(&self, stdout: &mut impl Write, text: &str) {
        if self.failure.get().is_none()
            && let Err(cause) = writeln!(stdout, "{text}").and_then(|()| stdout.flush())
        {
            let _first = self.failure.set(cause);
        }
    }

    /// Returns whether a write to standard output failed.
    pub(crate) fn has_failed(&self) -> bool {
        self.failure.get().is_some()
    }

    /// Checks that everything was written to standard output, or as much as its reader wanted.
    ///
    /// # Errors
    /// `output_failed`, with the reason of the first failed write.
    pub(crate) fn finish(&self) -> Result<(), CliError> {
        match self.failure.get().and_then(output_failed) {
            None => Ok(()),
            Some(error) => Err(error),
        }
    }

    /// Writes a note for a person. Omitted with `--json`.
    pub(crate) fn note(&self, text: &str) {
        if !self.json {
            print_to_stderr(text);
        }
    }

    /// Returns the usage counts, or none and a warning on standard error: missing counts must not look like zero.
    pub(crate) fn usage<K, V>(&self, usage: Result<HashMap<K, V>, RegistryError>) -> HashMap<K, V> {
        usage.unwrap_or_else(|error| {
            let error = CliError::from(error);
            warn(&format!("{} {}", error.message, error.advice));
            HashMap::new()
        })
    }

    pub(crate) fn error(&self, error: &CliError) {
        let CliError {
            code,
            message,
            advice,
            ..
        } = error;
        if self.json {
            let value = json!({"code": code, "message": message, "advice": advice});
            let _closed = writeln!(io::stderr(), "{value}");
        } else {
            print_to_stderr(&paint(ERROR, message));
            if !advice.is_empty() {
                print_to_stderr(advice);
            }
        }
    }
}

/// Writes a warning to standard error, with `--json` too.
pub(crate) fn warn(text: &str) {
    print_to_stderr(&paint(NOTE, text));
}

fn print_to_stderr(text: &str) {
    let _closed = writeln!(anstream::stderr(), "{text}");
}

/// Describes a failed write to standard output; `None` if its reader, such as `head`, closed the pipe.
pub(crate) fn output_failed(cause: &io::Error) -> Option<CliError> {
    (cause.kind() != io::ErrorKind::BrokenPipe).then(|| {
        CliError::new(
            "output_failed",
            format!("Cannot write to standard output: {}.", reason(cause)),
            "The output is incomplete.",
        )
    })
}
