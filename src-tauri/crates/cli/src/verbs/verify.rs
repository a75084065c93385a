//! Check a key from standard input. The answer has the fields of `POST /v1/verify`.

use std::io::{self, IsTerminal, Read};
use std::path::Path;

use keystile_keys::{Permission, Timestamp};
use keystile_verifier::{DenyReason, Verifier};
use serde_json::json;
use zeroize::Zeroizing;

use super::outcome::Outcome;
use crate::arguments::Verify;
use crate::failure::Failure;
use crate::place;
use crate::report::Report;
use crate::usage;

/// More than any key has, and little enough to read whatever is piped in.
const LONGEST: u64 = 4_096;

pub(crate) async fn run(
    db: Option<&Path>,
    wish: &Verify,
    report: &Report,
) -> Result<Outcome, Failure> {
    if wish.source.as_deref().is_some_and(|source| source != "-") {
        return Err(usage::key_on_command_line());
    }
    let text = read_key(report)
        .map_err(|cause| Failure::system("Standard input could not be read", &cause))?;
    let verifier = Verifier::open(&place::folder(db)?).await?;
    let environment = place::guarded(&verifier, &wish.of.env).await?;
    let permission = if wish.write {
        Permission::Write
    } else {
        Permission::Read
    };
    let text = text.trim_ascii_end();
    let verification = verifier
        .verify(text, &environment.id, permission, verifier.now())
        .await?;
    let key = verification.key();
    let is_valid = verification.is_accepted();
    let code = verification.reason().map_or("accepted", DenyReason::as_str);
    let name = key.map_or("", |key| key.name.as_str());
    let sentence = if is_valid {
        format!("accepted: {name}")
    } else {
        format!("refused: {code}")
    };
    let value = json!({
        "valid": is_valid,
        "code": code,
        "key_id": key.map(|key| key.id.as_str()),
        "name": key.map(|key| key.name.as_str()),
        "project": key.map(|key| key.project_name.as_str()),
        "environment": key.map(|key| key.environment_name.as_str()),
        "permissions": key.map(|key| key.permissions.as_slice().iter().map(|one| one.as_str()).collect::<Vec<_>>()),
        "expires_at": key.and_then(|key| key.expires_at).map(Timestamp::to_rfc3339),
    });
    report.result(&sentence, &value);
    Ok(if is_valid {
        Outcome::Done
    } else {
        Outcome::Refused
    })
}

/// Reads a line without echo at a terminal, and everything otherwise.
fn read_key(report: &Report) -> io::Result<Zeroizing<String>> {
    if io::stdin().is_terminal() {
        report.say("Paste the key and press Enter. It is not shown.");
        return rpassword::read_password().map(Zeroizing::new);
    }
    let mut bytes = Zeroizing::new(Vec::new());
    io::stdin().lock().take(LONGEST).read_to_end(&mut bytes)?;
    // What is not UTF-8 is no key either; the verifier says so.
    Ok(Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned()))
}
