//! `key list`, `show`, `disable`, and `enable`.

use keystile_registry::Registry;
use keystile_store::KeyRow;

use crate::arguments::KeyArguments;
use crate::error::CliError;
use crate::hint;
use crate::json;
use crate::report::Report;
use crate::resolve;
use crate::style::{DIM, HEADING, key_state, paint};
use crate::table::Cell;
use crate::time;

pub(crate) async fn list(
    registry: &Registry,
    reference: &str,
    report: &Report,
) -> Result<(), CliError> {
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
    Ok(())
}

pub(crate) async fn show(
    registry: &Registry,
    args: &KeyArguments,
    report: &Report,
) -> Result<(), CliError> {
    let key = resolve::key(registry, args).await?;
    let usage = report.usage(registry.usage_of_keys(&[key.id]).await);
    let used = usage.get(&key.id);
    let text = format!(
        "{}\n  id           {}\n  environment  {}/{}\n  permissions  {}\n  state        {}\n  created      {}\n  last used    {}\n  allowed      {}\n  denied       {}",
        paint(HEADING, &key.name),
        key.id,
        key.project_name,
        key.environment_name,
        json::permissions(&key),
        paint(key_state(key.state), key.state.as_str()),
        time::for_stdout(Some(key.created_at)),
        time::for_stdout(json::last_used_at(used)),
        used.map_or(0, |used| used.allowed),
        used.map_or(0, |used| used.denied)
    );
    report.result(&text, &json::used_key(&key, used));
    Ok(())
}

pub(crate) async fn disable(
    registry: &Registry,
    args: &KeyArguments,
    report: &Report,
) -> Result<(), CliError> {
    let key = resolve::key(registry, args).await?;
    let disabled = registry.disable_key(key.id, None).await?;
    print_json(registry, &disabled, report).await;
    report.note(&format!(
        "Disabled {}. Its requests are denied until you enable it.",
        disabled.name
    ));
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
