//! `verify`: verifies a key from standard input. The JSON has the fields of `POST /v1/verify`.

use std::path::Path;

use keystile_guard::DecisionCode;
use keystile_keys::{DenyReason, Permission, Timestamp};
use serde_json::json;

use super::outcome::Outcome;
use crate::arguments::Verify;
use crate::error::CliError;
use crate::hint;
use crate::key_argument;
use crate::key_input;
use crate::report::Report;
use crate::resolve;
use crate::style::{BAD, GOOD, paint};

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
    let presented = key_input::read(report, "keystile verify --env ENVIRONMENT < key.txt")?;
    let verifier = resolve::verifier(db).await?;
    let environment = resolve::verifier_environment(&verifier, &args.environment.reference).await?;
    let permission = if args.write {
        Permission::Write
    } else {
        Permission::Read
    };
    let verification = verifier
        .verify(&presented, &environment.id, permission, verifier.now())
        .await?;
    let key = verification.key();
    let secret = key.map(|key| key.secret).filter(|secret| secret.is_rotated);
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
        "secret": secret.map(|secret| secret.ends_at.map_or("current", |_| "old")),
        "secret_ends_at": secret.and_then(|secret| secret.ends_at).map(Timestamp::to_rfc3339),
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
