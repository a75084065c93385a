//! Commands suggested as a next step. They repeat the `--db` of this process, so that they use the same store when
//! pasted.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

static STORE: OnceLock<PathBuf> = OnceLock::new();

/// Stores the `--db` of this command line. Only the first call has an effect.
pub(crate) fn set_store(db: Option<&Path>) {
    if let Some(db) = db {
        let _already_set = STORE.set(db.to_owned());
    }
}

/// Returns `keystile` with these arguments, and with `--db` if it was given.
pub(crate) fn command(arguments: &str) -> String {
    match STORE.get() {
        None => format!("keystile {arguments}"),
        Some(db) => format!(
            "keystile {arguments} --db {}",
            quoted_if_needed(&db.to_string_lossy())
        ),
    }
}

/// Quotes an argument for a shell.
pub(crate) fn quoted(argument: &str) -> String {
    if argument.contains(['"', '$', '`', '\\', '!']) {
        format!("'{}'", argument.replace('\'', r"'\''"))
    } else {
        format!("\"{argument}\"")
    }
}

/// Quotes an argument for a shell only if it has characters that need it.
pub(crate) fn quoted_if_needed(argument: &str) -> String {
    let is_plain = |character: char| {
        character.is_ascii_alphanumeric() || ['/', '.', '_', '-', '='].contains(&character)
    };
    if !argument.is_empty() && argument.chars().all(is_plain) {
        argument.to_owned()
    } else {
        quoted(argument)
    }
}
