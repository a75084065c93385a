//! Keys that exist: list, show, disable, enable.

use keystile_registry::Registry;
use keystile_store::KeyRow;

use crate::arguments::KeyVerb;
use crate::failure::Failure;
use crate::place;
use crate::report::{self, Report};

pub(crate) async fn run(
    registry: &Registry,
    verb: KeyVerb,
    report: &Report,
) -> Result<(), Failure> {
    match verb {
        KeyVerb::List { env } => {
            let environment = place::environment(registry, &env).await?;
            let keys = registry.list_keys(&environment.id).await?;
            list(&keys, report);
        }
        KeyVerb::Show(which) => {
            let key = place::key(registry, &which).await?;
            let text = format!(
                "{}\n  id           {}\n  environment  {} / {}\n  permissions  {}\n  state        {}",
                key.name,
                key.id,
                key.project_name,
                key.environment_name,
                key.permissions.scope(),
                key.state.as_str()
            );
            report.result(&text, &report::key(&key));
        }
        KeyVerb::Disable(which) => {
            let key = place::key(registry, &which).await?;
            let disabled = registry.disable_key(key.id).await?;
            report.result("", &report::key(&disabled));
            report.say(&format!(
                "{} was disabled. It opens nothing until it is enabled.",
                disabled.name
            ));
        }
        KeyVerb::Enable(which) => {
            let key = place::key(registry, &which).await?;
            let enabled = registry.enable_key(key.id).await?;
            report.result("", &report::key(&enabled));
            report.say(&format!("{} was enabled.", enabled.name));
        }
        // These two have files of their own.
        KeyVerb::Create(_) | KeyVerb::Revoke { .. } => {}
    }
    Ok(())
}

fn list(keys: &[KeyRow], report: &Report) {
    let row = |key: &KeyRow| {
        vec![
            key.name.clone(),
            key.permissions.scope().to_owned(),
            key.state.as_str().to_owned(),
            key.id.to_string(),
        ]
    };
    report.list(
        &["NAME", "PERMISSIONS", "STATE", "ID"],
        &keys.iter().map(row).collect::<Vec<_>>(),
        keys.iter().map(report::key).collect(),
    );
}
