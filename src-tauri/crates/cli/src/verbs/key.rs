//! Keys that exist: list, show, disable, enable.

use std::collections::HashMap;

use keystile_keys::KeyId;
use keystile_registry::Registry;
use keystile_store::{KeyRow, KeyUsage};

use crate::arguments::KeyVerb;
use crate::failure::Failure;
use crate::hint;
use crate::place;
use crate::report::{self, Report};

pub(crate) async fn run(
    registry: &Registry,
    verb: KeyVerb,
    report: &Report,
) -> Result<(), Failure> {
    match verb {
        KeyVerb::List(of) => {
            let environment = place::environment(registry, &of.env).await?;
            let keys = registry.list_keys(&environment.id).await?;
            let usage = report.usage(registry.usage_of_keys(&environment.id).await);
            list(&keys, &usage, report);
            if keys.is_empty() {
                let create = format!(
                    "key create --env {} --name NAME",
                    hint::quoted(&place::reference_to(&environment))
                );
                report.say(&format!(
                    "There are none yet. Next: {}",
                    hint::command(&create)
                ));
            }
        }
        KeyVerb::Show(which) => {
            let key = place::key(registry, &which).await?;
            let usage = report.usage(registry.usage_of_keys(&key.environment_id).await);
            let used = usage.get(&key.id);
            let text = format!(
                "{}\n  id           {}\n  environment  {} / {}\n  permissions  {}\n  state        {}\n  last used    {}\n  accepted     {}\n  refused      {}",
                key.name,
                key.id,
                key.project_name,
                key.environment_name,
                key.permissions.scope(),
                key.state.as_str(),
                report::last(report::last_use(used)),
                used.map_or(0, |used| used.accepted),
                used.map_or(0, |used| used.refused)
            );
            report.result(&text, &report::used_key(&key, used));
        }
        KeyVerb::Disable(which) => {
            let key = place::key(registry, &which).await?;
            let disabled = registry.disable_key(key.id).await?;
            let usage = report.usage(registry.usage_of_keys(&key.environment_id).await);
            report.result("", &report::used_key(&disabled, usage.get(&key.id)));
            report.say(&format!(
                "{} was disabled. It opens nothing until it is enabled.",
                disabled.name
            ));
        }
        KeyVerb::Enable(which) => {
            let key = place::key(registry, &which).await?;
            let enabled = registry.enable_key(key.id).await?;
            let usage = report.usage(registry.usage_of_keys(&key.environment_id).await);
            report.result("", &report::used_key(&enabled, usage.get(&key.id)));
            report.say(&format!("{} was enabled.", enabled.name));
        }
        // These two have files of their own.
        KeyVerb::Create(_) | KeyVerb::Revoke { .. } => {}
    }
    Ok(())
}

fn list(keys: &[KeyRow], usage: &HashMap<KeyId, KeyUsage>, report: &Report) {
    let row = |key: &KeyRow| {
        let used = usage.get(&key.id);
        vec![
            key.name.clone(),
            key.permissions.scope().to_owned(),
            key.state.as_str().to_owned(),
            report::last(report::last_use(used)),
            used.map_or(0, |used| used.accepted).to_string(),
            used.map_or(0, |used| used.refused).to_string(),
            key.id.to_string(),
        ]
    };
    let value = |key: &KeyRow| report::used_key(key, usage.get(&key.id));
    report.list(
        &[
            "NAME",
            "PERMISSIONS",
            "STATE",
            "LAST USED",
            "ACCEPTED",
            "REFUSED",
            "ID",
        ],
        &keys.iter().map(row).collect::<Vec<_>>(),
        keys.iter().map(value).collect(),
    );
}
