//! Revoke a key: asks, and wants the key's name where the registry does. Revoking a key again changes nothing and succeeds.

use keystile_keys::Stage;
use keystile_registry::Registry;

use crate::arguments::{Consent, Which};
use crate::consent::{self, Final};
use crate::failure::Failure;
use crate::place::{self, Found};
use crate::report::{self, Report};

pub(crate) async fn run(
    registry: &Registry,
    which: &Which,
    consent: Consent,
    report: &Report,
) -> Result<(), Failure> {
    let (key, was_revoked) = match place::key_to_revoke(registry, which).await? {
        Found::Live(key) => (key, false),
        Found::Revoked(key) => (key, true),
    };
    let usage = report.usage(registry.usage_of_keys(&key.environment_id).await);
    let used = usage.get(&key.id);
    if was_revoked {
        report.result("", &report::used_key(&key, used));
        report.say(&format!("{} was revoked already.", key.name));
        return Ok(());
    }
    let what = Final {
        act: "Revoke",
        name: &key.name,
        noun: "a production key",
        by_name: key.stage == Stage::Production,
    };
    let confirmation = consent::ask(consent, &what)?;
    let revoked = registry.revoke(key.id, confirmation.as_deref()).await?;
    report.result("", &report::used_key(&revoked, used));
    report.say(&format!("{} was revoked.", revoked.name));
    Ok(())
}
