//! `key revoke` of one key. Revoking a revoked key changes nothing and succeeds.

use std::path::Path;
use std::sync::Arc;

use keystile_keys::{DenyReason, PresentedKey, Stage, State};
use keystile_registry::{Changed, NoClipboard, Registry, RegistryError};
use keystile_store::{KeyRow, RevokeReason};
use keystile_verifier::Verification;

use crate::arguments::{KeyArguments, RevokeKey};
use crate::confirm::{Destructive, confirm};
use crate::error::CliError;
use crate::hint;
use crate::json;
use crate::key_input;
use crate::propagation::{self, with_propagation};
use crate::report::Report;
use crate::resolve::{self, KeyToRevoke};

/// Returns the first key in a text, such as a line of a log, or the whole text if there is none.
fn find_key_text(text: &str) -> &str {
    let is_outside = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    text.split(is_outside)
        .find(|part| PresentedKey::parse(part).is_ok())
        .unwrap_or(text)
}

pub(crate) async fn run(
    db: Option<&Path>,
    args: RevokeKey,
    report: &Report,
) -> Result<(), CliError> {
    let reference = args.key.clone().unwrap_or_default();
    if reference == "-" {
        return revoke_leaked(db, args, report).await;
    }
    let registry = resolve::registry(db, Arc::new(NoClipboard)).await?;
    let revocation = args.revocation(None);
    let key_arguments = KeyArguments {
        key: reference,
        env: args.env,
    };
    let (key, is_revoked) = match resolve::key_to_revoke(&registry, &key_arguments).await? {
        KeyToRevoke::Revocable(key) => (key, false),
        KeyToRevoke::Revoked(key) => (key, true),
    };
    if is_revoked {
        if revocation.is_some() {
            report.note("Its reason and note were not changed.");
        }
        let again = registry.revoke_because(key.id, None, None).await?;
        return report_revoked(&registry, &again, false, report).await;
    }
    let command = Destructive {
        action: "Revoke",
        target: format!(
            "key {} of {}/{}",
            key.name, key.project_name, key.environment_name
        ),
        name: &key.name,
        requires_name: key.stage == Stage::Production,
    };
    let name = confirm(args.confirmation, &command)?;
    let revoked = registry
        .revoke_because(key.id, name.as_deref(), revocation.as_ref())
        .await?;
    report_revoked(&registry, &revoked, true, report).await
}

/// Revokes the key on standard input, whatever its environment is. Who has the key may revoke it without typing its
/// name.
async fn revoke_leaked(
    db: Option<&Path>,
    args: RevokeKey,
    report: &Report,
) -> Result<(), CliError> {
    let revocation = args.revocation(Some(RevokeReason::Leaked));
    let text = key_input::read(report, "keystile key revoke - < key.txt")?;
    let verifier = resolve::verifier(db).await?;
    let key = find_key_text(&text);
    let verification = verifier.identify(key, verifier.now()).await?;
    let Some(id) = verification.key().map(|key| key.id) else {
        return Err(CliError::new(
            "not_found",
            "No key of this store is in this text.",
            format!(
                "Check that it is complete. To revoke a key by its ID: {}",
                hint::command("key revoke ID")
            ),
        ));
    };
    let registry = resolve::registry(db, Arc::new(NoClipboard)).await?;
    let Some(key) = registry.find_key_by_id(id).await? else {
        return Err(RegistryError::NotFound("key").into());
    };
    if key.state == State::Revoked {
        let again = registry.revoke_because(key.id, None, None).await?;
        return report_revoked(&registry, &again, false, report).await;
    }
    if matches!(
        verification,
        Verification::Rejected {
            reason: DenyReason::Rotated,
            ..
        }
    ) {
        return Err(CliError::new(
            "secret_ended",
            format!(
                "This is an old secret of key {} of {}/{}. It no longer works, and the key has another one.",
                key.name, key.project_name, key.environment_name
            ),
            format!(
                "To revoke the key all the same: {}",
                hint::command(&format!("key revoke {id}"))
            ),
        ));
    }
    let revoked = registry
        .revoke_because(id, Some(&key.name), revocation.as_ref())
        .await?;
    report_revoked(&registry, &revoked, true, report).await
}

async fn report_revoked(
    registry: &Registry,
    key: &Changed<KeyRow>,
    is_new: bool,
    report: &Report,
) -> Result<(), CliError> {
    let usage = report.usage(registry.usage_of_keys(&[key.id]).await);
    let value = json::used_key(key, usage.get(&key.id));
    report.result("", &with_propagation(value, key.propagation));
    report.note(&if is_new {
        format!(
            "Revoked {} of {}/{}.",
            key.name, key.project_name, key.environment_name
        )
    } else {
        format!("{} is already revoked.", key.name)
    });
    propagation::note(report, key.propagation);
    Ok(())
}
