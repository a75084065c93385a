//! `key revoke`. Revoking a revoked key changes nothing and succeeds.

use keystile_keys::Stage;
use keystile_registry::Registry;

use crate::arguments::{Confirmation, KeyArguments};
use crate::confirm::{Destructive, confirm};
use crate::error::CliError;
use crate::json;
use crate::report::Report;
use crate::resolve::{self, KeyToRevoke};

pub(crate) async fn run(
    registry: &Registry,
    args: &KeyArguments,
    confirmation: Confirmation,
    report: &Report,
) -> Result<(), CliError> {
    let (key, is_revoked) = match resolve::key_to_revoke(registry, args).await? {
        KeyToRevoke::Revocable(key) => (key, false),
        KeyToRevoke::Revoked(key) => (key, true),
    };
    let usage = report.usage(registry.usage_of_keys(&[key.id]).await);
    let used = usage.get(&key.id);
    if is_revoked {
        report.result("", &json::used_key(&key, used));
        report.note(&format!("{} is already revoked.", key.name));
        return Ok(());
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
    let name = confirm(confirmation, &command)?;
    let revoked = registry.revoke(key.id, name.as_deref()).await?;
    report.result("", &json::used_key(&revoked, used));
    report.note(&format!("Revoked {}.", revoked.name));
    Ok(())
}
