//! Create a key. It is printed once, on standard output, and claimed when it was fully written and flushed; whatever
//! goes wrong before that ends the key.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use keystile_keys::{KeyId, Permissions, os_random};
use keystile_registry::{IssueRequest, RegistryError};

use crate::arguments::CreateKey;
use crate::failure::Failure;
use crate::place;
use crate::print_key::PrintKey;
use crate::report::Report;

/// The prompt belongs to this process; it has one.
const HOLDER: &str = "terminal";

pub(crate) async fn run(
    db: Option<&Path>,
    wish: CreateKey,
    report: &Report,
) -> Result<(), Failure> {
    if !wish.print && !std::io::stdout().is_terminal() {
        return Err(Failure::new(
            "not_a_terminal",
            "Standard output is no terminal, and a key would be written to it.",
            "Add --print if it goes where a secret may be.",
        ));
    }
    if report.is_json() {
        return Err(Failure::new(
            "key_is_not_json",
            "A key is printed as it is, never inside something else.",
            "Leave --json out; `keystile key show` answers in JSON afterwards.",
        ));
    }
    let registry = place::registry(db, Arc::new(PrintKey)).await?;
    let environment = place::environment(&registry, &wish.of.env).await?;
    let submission = KeyId::generate(&mut os_random())
        .map_err(|error| Failure::system("The system gave no random bytes", &error))?;
    let request = IssueRequest {
        environment_id: environment.id,
        name: wish.name,
        permissions: if wish.write {
            Permissions::READ_WRITE
        } else {
            Permissions::READ
        },
        idempotency: format!("terminal-{submission}"),
    };
    let prompt = registry.issue(HOLDER, &request).await?;
    let printed = async {
        if wish.keychain {
            registry.save(HOLDER, &prompt.ticket).await?;
        }
        registry.copy(HOLDER, &prompt.ticket).await
    }
    .await;
    if let Err(error) = printed {
        // What cannot be ended now is ended by the next Keystile that looks: this process's claim dies with it.
        if let Err(also) = registry.discard(HOLDER, &prompt.ticket).await {
            report.failure(&also.into());
        }
        let (code, what) = match error {
            RegistryError::CopyFailed(_) | RegistryError::CopyTimedOut => (
                "print_failed",
                "Standard output did not take the key.".to_owned(),
            ),
            other => (other.code(), other.to_string()),
        };
        return Err(Failure::new(
            code,
            format!("{what} The key was discarded; it opens nothing."),
            "Create another one.",
        ));
    }
    let key = registry.close(HOLDER, &prompt.ticket).await?;
    report.say(&format!(
        "{} may {} in {} / {}. Store this key now: Keystile cannot show it again. Its id is {}.",
        key.name,
        if wish.write { "read and write" } else { "read" },
        key.project_name,
        key.environment_name,
        key.id
    ));
    Ok(())
}
