//! `verify`: verifies a key from standard input. The JSON has the fields of `POST /v1/verify`.

use std::io::{self, IsTerminal, Read};
use std::path::Path;

use keystile_guard::DecisionCode;
use keystile_keys::{DenyReason, Permission, Timestamp};
use keystile_verifier::Verifier;
use serde_json::json;
use zeroize::Zeroizing;

use super::outcome::Outcome;
use crate::arguments::Verify;
use crate::error::CliError;
use crate::hint;
use crate::key_argument;
use crate::report::Report;
use crate::resolve;
use crate::style::{BAD, GOOD, paint};

/// Bytes of standard input; longer than any key.
const MAX_INPUT: u64 = 4_096;

pub(crate) async fn run(
    db: Option<&Path>,
    args: &Verify,
    report: &Report,
) -> Result<Outcome, CliError> {
    if let Some(source) = args.source.as_deref().filter(|source| *source != "-") {
        return Err(if Path::new(source).is_file() {
            CliError::usage(
                "file_argument",
                format!("{source} is a file."),
                format!(
                    "Pass its content on standard input: keystile verify --env ENVIRONMENT < {}",
                    hint::quoted_if_needed(source)
                ),
            )
        } else {
            key_argument::on_standard_input()
        });
    }
    let text = read_input(report)
        .map_err(|cause| CliError::system("Cannot read standard input", &cause))?;
    let presented = the_only_line(&text)?;
    let verifier = Verifier::open(&resolve::store_folder(db)?).await?;
    let environment = resolve::verifier_environment(&verifier, &args.environment.reference).await?;
    let permission = if args.write {
        Permission::Write
    } else {
        Permission::Read
    };
    let verification = verifier
        .verify(presented, &environment.id, permission, verifier.now())
        .await?;
    let key = verification.key();
    let is_valid = verification.is_accepted();
    let code = match verification.reason() {
        None => DecisionCode::Allowed.as_str(),
        Some(reason) => reason.as_str(),
    };
    let text = if is_valid {
        let name = key.map_or("", |key| key.name.as_str());
        format!("{}: {name}", paint(GOOD, "allowed"))
    } else {
        format!("{}: {code}", paint(BAD, "denied"))
    };
    let value = json!({
        "valid": is_valid,
        "code": code,
        "key_id": key.map(|key| key.id.as_str()),
        "name": key.map(|key| key.name.as_str()),
        "project": key.map(|key| key.project_name.as_str()),
        "environment": key.map(|key| key.environment_name.as_str()),
        "permissions": key.map(|key| key.permissions.as_slice().iter().map(|permission| permission.as_str()).collect::<Vec<_>>()),
        "expires_at": key.and_then(|key| key.expires_at).map(Timestamp::to_rfc3339),
    });
    report.result(&text, &value);
    if let Some(hint) = verification.reason().and_then(hint_for) {
        report.note(hint);
    }
    Ok(if is_valid {
        Outcome::Success
    } else {
        Outcome::KeyDenied
    })
}

/// Returns what to do about a denied key, where the code does not say it.
fn hint_for(reason: DenyReason) -> Option<&'static str> {
    match reason {
        DenyReason::InvalidKey => Some("The key is incomplete or mistyped. Copy it again."),
        DenyReason::InsufficientPermission => {
            Some("This key lacks the Write permission. Create a key with --write.")
        }
        _ => None,
    }
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
///
/// # Errors
/// `no_key` or `multiple_lines`: a denial would say that a key was checked.
fn the_only_line(input: &str) -> Result<&str, CliError> {
    let mut lines = input
        .lines()
        .map(|line| line.trim_matches(is_padding))
        .filter(|line| !line.is_empty());
    let (code, message) = match (lines.next(), lines.next()) {
        (Some(line), None) => return Ok(line),
        (None, _) => ("no_key", "No key was given."),
        (Some(_), Some(_)) => ("multiple_lines", "More than one line was given."),
    };
    Err(CliError::usage(
        code,
        message,
        "Pass one key on standard input: keystile verify --env ENVIRONMENT < key.txt",
    ))
}
