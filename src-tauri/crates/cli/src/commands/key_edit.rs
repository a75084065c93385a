//! `key edit` and `key history`.

use jiff::SignedDuration;
use keystile_keys::{Permissions, Timestamp};
use keystile_registry::{FieldChange, KeyChanges, KeyEvent, Registry};
use serde_json::{Value, json};

use crate::arguments::{EditKey, KeyArguments};
use crate::error::CliError;
use crate::json;
use crate::report::Report;
use crate::resolve;
use crate::time;

pub(crate) async fn edit(
    registry: &Registry,
    args: EditKey,
    report: &Report,
) -> Result<(), CliError> {
    let key = resolve::key(registry, &args.key).await?;
    let edits = args.edits;
    let permissions = match (edits.write, edits.no_write) {
        (true, _) => Some(Permissions::READ_WRITE),
        (_, true) => Some(Permissions::READ),
        _ => None,
    };
    let changes = KeyChanges {
        name: edits.name,
        permissions,
        expiry: edits.expires.map(|expiry| expiry.0),
        owner: edits.owner,
        note: edits.note,
        tags: edits.tags.map(|tags| json::split_tags(&tags)),
    };
    let edited = registry.edit_key(key.id, &changes).await?;
    report.result("", &json::key(&edited));
    report.note(&format!("Updated {}.", edited.name));
    Ok(())
}

pub(crate) async fn history(
    registry: &Registry,
    args: &KeyArguments,
    report: &Report,
) -> Result<(), CliError> {
    let key = resolve::key(registry, args).await?;
    let events = registry.key_history(key.id).await?;
    let row = |event: &KeyEvent| {
        let mut changes: Vec<_> = event.changes.iter().map(change_text).collect();
        changes.extend(details(&event.details));
        vec![
            time::for_stdout(Some(event.at)).into(),
            event.action.as_str().into(),
            event.actor.as_str().into(),
            changes.join(", ").into(),
        ]
    };
    let value = |event: &KeyEvent| {
        let change = |change: &FieldChange| json!({ "field": change.field, "before": change.before, "after": change.after });
        json!({
            "at": event.at.to_rfc3339(),
            "action": event.action,
            "actor": event.actor,
            "changes": event.changes.iter().map(change).collect::<Vec<_>>(),
            "details": event.details,
        })
    };
    report.list(
        &["TIME", "ACTION", "PROGRAM", "CHANGES"],
        events.iter().map(row).collect(),
        events.iter().map(value).collect(),
    );
    Ok(())
}

/// Describes what an event has besides changes of fields: the end of a pause, an overlap, and why a key was revoked.
fn details(details: &Value) -> Vec<String> {
    let number = |name: &str| details[name].as_i64();
    let text = |name: &str| details[name].as_str().filter(|text| !text.is_empty());
    let until = number("disabled_until").map(Timestamp::from_millis);
    let overlap = number("overlap_ms").map(SignedDuration::from_millis);
    [
        until.map(|until| format!("until {}", until.floor_to_secs())),
        overlap.map(|overlap| format!("overlap: {overlap:#}")),
        text("reason").map(|reason| format!("reason: {reason}")),
        text("note").map(|note| format!("note: {}", note.replace('\n', " "))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn change_text(change: &FieldChange) -> String {
    let text = |value: &Value| match (change.field.as_str(), value) {
        ("expires_at", Value::Null) => "never".to_owned(),
        ("expires_at", value) => value.as_i64().map_or_else(String::new, |millis| {
            Timestamp::from_millis(millis).floor_to_secs().to_string()
        }),
        (_, Value::String(text)) if text.is_empty() => "none".to_owned(),
        (_, Value::String(text)) => text.replace('\n', " "),
        (_, Value::Array(tags)) if tags.is_empty() => "none".to_owned(),
        (_, Value::Array(tags)) => tags
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(","),
        (_, value) => value.to_string(),
    };
    let field = match change.field.as_str() {
        "expires_at" => "expires",
        field => field,
    };
    format!(
        "{field}: {} → {}",
        text(&change.before),
        text(&change.after)
    )
}
