//! Revoke a key: asks, and wants the key's name where the registry does.

use keystile_keys::Stage;
use keystile_registry::Registry;

use crate::arguments::{Consent, Which};
use crate::consent::{self, Final};
use crate::failure::Failure;
use crate::place;
use crate::report::{self, Report};

pub(crate) async fn run(
    registry: &Registry,
    which: &Which,
    consent: Consent,
    report: &Report,
) -> Result<(), Failure> {
    let key = place::key(registry, which).await?;
    let what = Final {
        act: "Revoke",
        name: &key.name,
        by_name: key.stage == Stage::Production,
    };
    let confirmation = consent::ask(consent, &what)?;
    let revoked = registry.revoke(key.id, confirmation.as_deref()).await?;
    report.result("", &report::key(&revoked));
    report.say(&format!("{} was revoked.", revoked.name));
    Ok(())
}
