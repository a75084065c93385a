//! Commands suggested as a next step. They repeat the `--db` of this process, so that they use the same store when
//! pasted.

use std::path::Path;
use std::sync::OnceLock;

use keystile_store::StoreAddress;

static STORE: OnceLock<String> = OnceLock::new();

/// Stores the `--db` of this command line, without a password. Only the first call has an effect.
pub(crate) fn set_store(db: Option<&Path>) {
    // An invalid address is an error of the command, and may contain a password.
    if let Some(db) = db
        && let Ok(address) = StoreAddress::parse(db.as_os_str())
    {
        let _already_set = STORE.set(address.as_argument().into_owned());
    }
}

/// Returns `keystile` with these arguments, and with `--db` if it was given.
pub(crate) fn command(arguments: &str) -> String {
    match STORE.get() {
        None => format!("keystile {arguments}"),
        Some(db) => format!("keystile {arguments} --db {}", quoted_if_needed(db)),
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
        character.is_ascii_alphanumeric()
            || ['/', '.', '_', '-', '=', ':', '@'].contains(&character)
    };
    if !argument.is_empty() && argument.chars().all(is_plain) {
        argument.to_owned()
    } else {
        quoted(argument)
    }
}
