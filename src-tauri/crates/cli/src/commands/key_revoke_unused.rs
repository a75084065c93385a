//! `key revoke --unused`: revokes all keys of an environment that were not used for a time, or lists them.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use keystile_keys::KeyId;
use keystile_registry::{BulkChange, KeySelection, NoClipboard, Registry};
use keystile_store::{KeyRow, RevokeReason};

use crate::arguments::RevokeKey;
use crate::confirm::{Destructive, confirm};
use crate::error::CliError;
use crate::expiry_argument::Length;
use crate::json;
use crate::propagation;
use crate::report::Report;
use crate::resolve;
use crate::style::{DIM, key_state};
use crate::table::Cell;
use crate::time;

pub(crate) async fn run(
    db: Option<&Path>,
    args: RevokeKey,
    Length(time): Length,
    report: &Report,
) -> Result<(), CliError> {
    let registry = resolve::registry(db, Arc::new(NoClipboard)).await?;
    let reference = args.env.clone().or_else(resolve::environment_variable);
    let environment = resolve::environment(&registry, &reference.unwrap_or_default()).await?;
    let change = BulkChange::Revoke(args.revocation(Some(RevokeReason::Unused)));
    let selection = KeySelection::Unused(time);
    let plan = registry
        .plan_bulk_change(&environment.id, &selection, &change)
        .await?;
    let in_environment = format!("of {}", environment.reference());
    if plan.keys.is_empty() {
        report.list(&[], Vec::new(), Vec::new());
        report.note(&format!(
            "No key {in_environment} was unused for this time."
        ));
        return Ok(());
    }
    let count = match plan.keys.len() {
        1 => "1 unused key".to_owned(),
        count => format!("{count} unused keys"),
    };
    if args.dry_run {
        list(&registry, &plan.keys, report).await?;
        report.note(&format!(
            "Would revoke {count} {in_environment}. Nothing was changed."
        ));
        return Ok(());
    }
    let command = Destructive {
        action: "Revoke",
        target: format!("{count} {in_environment}"),
        name: &environment.name,
        requires_name: plan.required_name.is_some(),
    };
    let name = confirm(args.confirmation, &command)?;
    // The prompt may have waited for long: keys that were used since are left, and no others are revoked.
    let again = registry
        .plan_bulk_change(&environment.id, &selection, &change)
        .await?;
    let mut unused = plan.keys;
    unused.retain(|key| again.keys.contains(key));
    let selection = KeySelection::Keys(unused);
    let plan = registry
        .plan_bulk_change(&environment.id, &selection, &change)
        .await?;
    let go_on = |_| ControlFlow::Continue(());
    let result = registry
        .apply_bulk_change(&plan, name.as_deref(), &go_on)
        .await?;
    list(&registry, &plan.keys, report).await?;
    report.note(&match result.changed {
        1 => format!("Revoked 1 key {in_environment}."),
        count => format!("Revoked {count} keys {in_environment}."),
    });
    propagation::note(report, result.propagation);
    Ok(())
}

async fn list(registry: &Registry, ids: &[KeyId], report: &Report) -> Result<(), CliError> {
    let keys = registry.find_keys(ids).await?;
    let usage = report.usage(registry.usage_of_keys(ids).await);
    let row = |key: &KeyRow| {
        vec![
            key.name.as_str().into(),
            Cell::new(key_state(key.state), key.state.as_str()),
            time::for_stdout(json::last_used_at(usage.get(&key.id))).into(),
            time::for_stdout(Some(key.created_at)).into(),
            key.owner.as_str().into(),
            Cell::new(DIM, key.id.to_string()),
        ]
    };
    report.list(
        &["NAME", "STATE", "LAST USED", "CREATED", "OWNER", "ID"],
        keys.iter().map(row).collect(),
        keys.iter()
            .map(|key| json::used_key(key, usage.get(&key.id)))
            .collect(),
    );
    Ok(())
}
