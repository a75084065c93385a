//! Commands that are suggested as a next step. They repeat the `--db` that this process was started with, so that they act
//! on the same store when they are pasted. The option is a constant of the process, like its arguments; it is set once.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

static STORE: OnceLock<PathBuf> = OnceLock::new();

/// Remembers the `--db` of this command line. Only the first call counts.
pub(crate) fn set_store(db: Option<&Path>) {
    if let Some(db) = db {
        // A second call would be a mistake; the first value stays.
        let _already_set = STORE.set(db.to_owned());
    }
}

/// Returns `keystile` with these arguments, and with `--db` where it was given.
pub(crate) fn command(arguments: &str) -> String {
    match STORE.get() {
        None => format!("keystile {arguments}"),
        Some(db) => format!("keystile {arguments} --db {}", word(&db.to_string_lossy())),
    }
}

/// Quotes a word for a shell, always.
pub(crate) fn quoted(word: &str) -> String {
    if word.contains(['"', '$', '`', '\\', '!']) {
        format!("'{}'", word.replace('\'', r"'\''"))
    } else {
        format!("\"{word}\"")
    }
}

/// Quotes a word for a shell where that is necessary.
fn word(text: &str) -> String {
    let is_plain = |character: char| {
        character.is_ascii_alphanumeric() || ['/', '.', '_', '-', '='].contains(&character)
    };
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        quoted(text)
    }
}
