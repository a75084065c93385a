//! `key list`, `show`, `disable`, and `enable`.

use std::time::Duration;

use keystile_keys::State;
use keystile_registry::Registry;
use keystile_store::KeyRow;

use super::outcome::Outcome;
use crate::arguments::{DisableKey, KeyArguments, ListKeys};
use crate::error::CliError;
use crate::expiry_argument::Length;
use crate::hint;
use crate::json;
use crate::propagation;
use crate::report::Report;
use crate::resolve;
use crate::style::{DIM, HEADING, key_state, paint};
use crate::table::Cell;
use crate::time;

pub(crate) async fn list(
    registry: &Registry,
    args: &ListKeys,
    report: &Report,
) -> Result<Outcome, CliError> {
    if let Some(Length(time)) = args.expiring {
        return list_expiring(registry, args.reference.as_deref(), time, report).await;
    }
    let reference = args.reference.as_deref().unwrap_or_default();
    let environment = resolve::environment(registry, reference).await?;
    let keys = registry.all_keys(&environment.id).await?;
    let ids: Vec<_> = keys.iter().map(|key| key.id).collect();
    let usage = report.usage(registry.usage_of_keys(&ids).await);
    let row = |key: &KeyRow| {
        let used = usage.get(&key.id);
        vec![
            key.name.as_str().into(),
            json::permissions(key).into(),
            Cell::new(key_state(key.state), key.state.as_str()),
            time::for_stdout(json::last_used_at(used)).into(),
            used.map_or(0, |used| used.allowed).to_string().into(),
            used.map_or(0, |used| used.denied).to_string().into(),
            Cell::new(DIM, key.id.to_string()),
        ]
    };
    let value = |key: &KeyRow| json::used_key(key, usage.get(&key.id));
    report.list(
        &[
            "NAME",
            "PERMISSIONS",
            "STATE",
            "LAST USED",
            "ALLOWED",
            "DENIED",
            "ID",
        ],
        keys.iter().map(row).collect(),
        keys.iter().map(value).collect(),
    );
    if keys.is_empty() {
        let create = format!(
            "key create --env {} --name NAME",
            hint::quoted(&resolve::reference_to(&environment))
        );
        report.note(&format!("No keys yet.\nNext: {}", hint::command(&create)));
    }
    Ok(Outcome::Success)
}

/// Lists the usable keys of an environment, or of all, that expire within a time, the next one first.
async fn list_expiring(
    registry: &Registry,
    reference: Option<&str>,
    time: Duration,
    report: &Report,
) -> Result<Outcome, CliError> {
    let mut keys = registry.expiring_keys(time, None).await?.first;
    if let Some(reference) = reference {
        let environment = resolve::environment(registry, reference).await?;
        keys.retain(|key| key.environment_id == environment.id);
    }
    let row = |key: &KeyRow| {
        vec![
            time::for_stdout(key.expires_at).into(),
            key.name.as_str().into(),
            format!("{}/{}", key.project_name, key.environment_name).into(),
            key.owner.as_str().into(),
            Cell::new(DIM, key.id.to_string()),
        ]
    };
    report.list(
        &["EXPIRES", "NAME", "ENVIRONMENT", "OWNER", "ID"],
        keys.iter().map(row).collect(),
        keys.iter().map(json::key).collect(),
    );
    if keys.is_empty() {
        report.note("No key expires in this time.");
        return Ok(Outcome::Success);
    }
    Ok(Outcome::KeysExpiring)
}

pub(crate) async fn show(
    registry: &Registry,
    args: &KeyArguments,
    report: &Report,
) -> Result<(), CliError> {
    let key = resolve::key(registry, args).await?;
    let usage = report.usage(registry.usage_of_keys(&[key.id]).await);
    let used = usage.get(&key.id);
    let mut lines = vec![
        ("id", key.id.to_string()),
        (
            "environment",
            format!("{}/{}", key.project_name, key.environment_name),
        ),
        ("permissions", json::permissions(&key)),
        ("state", state_text(&key)),
        ("expires", time::for_stdout(key.expires_at)),
        ("old secret", old_secret(registry, &key).await?),
        ("owner", key.owner.clone()),
        ("tags", key.tags.join(", ")),
        ("note", key.note.replace('\n', "\n               ")),
        ("created", time::for_stdout(Some(key.created_at))),
        ("last used", time::for_stdout(json::last_used_at(used))),
        ("allowed", used.map_or(0, |used| used.allowed).to_string()),
        ("denied", used.map_or(0, |used| used.denied).to_string()),
    ];
    lines.retain(|(_, text)| !text.is_empty());
    let lines: String = lines
        .iter()
        .map(|(label, text)| format!("\n  {label:<11}  {text}"))
        .collect();
    let text = format!("{}{lines}", paint(HEADING, &key.name));
    report.result(&text, &json::used_key(&key, used));
    Ok(())
}

/// Says until when the old secret of a rotated key works, and whether it is still used; empty without one.
async fn old_secret(registry: &Registry, key: &KeyRow) -> Result<String, CliError> {
    let Some(end) = key.old_secret_ends_at else {
        return Ok(String::new());
    };
    let secrets = registry.key_secrets(key.id).await?;
    let usage = secrets
        .into_iter()
        .filter(|secret| !secret.is_current)
        .find_map(|secret| secret.usage);
    let used = match usage {
        Some(usage) => {
            let last = usage.last.map(|(at, client)| {
                let client = client.map_or_else(String::new, |client| format!(" from {client}"));
                format!("{}{client}", time::for_stdout(Some(at)))
            });
            format!(
                "last used {}, {} times since the rotation",
                last.unwrap_or_else(|| "never".to_owned()),
                usage.allowed
            )
        }
        None => "not used since the rotation".to_owned(),
    };
    Ok(format!("works until {}; {used}", end.floor_to_secs()))
}

/// Describes the state of a key, with the end of a pause or why it was revoked.
fn state_text(key: &KeyRow) -> String {
    let state = paint(key_state(key.state), key.state.as_str());
    if let (State::Disabled, Some(until)) = (key.state, key.disabled_until) {
        return format!("{state} until {}", until.floor_to_secs());
    }
    match &key.revocation {
        Some(revocation) if revocation.note.is_empty() => {
            format!("{state} ({})", revocation.reason)
        }
        Some(revocation) => format!("{state} ({}: {})", revocation.reason, revocation.note),
        None => state,
    }
}

pub(crate) async fn disable(
    registry: &Registry,
    args: &DisableKey,
    report: &Report,
) -> Result<(), CliError> {
    let key = resolve::key(registry, &args.key).await?;
    let pause = args.pause.map(|Length(pause)| pause);
    let disabled = registry.disable_key(key.id, pause).await?;
    print_json(registry, &disabled, report).await;
    let end = disabled.disabled_until.map_or_else(
        || "you enable it".to_owned(),
        |until| until.floor_to_secs().to_string(),
    );
    report.note(&format!(
        "Disabled {}. Its requests are denied until {end}.",
        disabled.name
    ));
    propagation::note(report, disabled.propagation);
    Ok(())
}

pub(crate) async fn enable(
    registry: &Registry,
    args: &KeyArguments,
    report: &Report,
) -> Result<(), CliError> {
    let key = resolve::key(registry, args).await?;
    let enabled = registry.enable_key(key.id).await?;
    print_json(registry, &enabled, report).await;
    report.note(&format!("Enabled {}.", enabled.name));
    Ok(())
}

async fn print_json(registry: &Registry, key: &KeyRow, report: &Report) {
    let usage = report.usage(registry.usage_of_keys(&[key.id]).await);
    report.result("", &json::used_key(key, usage.get(&key.id)));
}
