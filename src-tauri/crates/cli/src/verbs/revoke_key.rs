//! Revoke a key: asks on a terminal, and wants the key's name where the registry does.

use std::io::{IsTerminal, Write};

use keystile_keys::Stage;
use keystile_registry::Registry;
use keystile_store::KeyRow;

use crate::arguments::Which;
use crate::failure::Failure;
use crate::place;
use crate::report::{self, Report};

pub(crate) async fn run(
    registry: &Registry,
    which: &Which,
    yes: bool,
    confirm: Option<String>,
    report: &Report,
) -> Result<(), Failure> {
    let key = place::key(registry, which).await?;
    let confirmation = if yes || confirm.is_some() {
        confirm
    } else {
        ask(&key)?
    };
    let revoked = registry.revoke(key.id, confirmation.as_deref()).await?;
    report.result("", &report::key(&revoked));
    report.say(&format!("{} was revoked.", revoked.name));
    Ok(())
}

/// The typed name in production, else nothing; a failure unless it was confirmed.
fn ask(key: &KeyRow) -> Result<Option<String>, Failure> {
    let by_name = key.stage == Stage::Production;
    if !std::io::stdin().is_terminal() {
        let advice = if by_name {
            "Add --confirm with the key's name."
        } else {
            "Add --yes."
        };
        return Err(Failure::new(
            "not_confirmed",
            "Revoking is final, and there is no terminal to ask on.",
            advice,
        ));
    }
    let question = if by_name {
        format!("Revoking is final. Type {} to confirm: ", key.name)
    } else {
        format!("Revoke {}? This is final. [y/N] ", key.name)
    };
    let mut answer = String::new();
    let mut err = std::io::stderr();
    write!(err, "{question}")
        .and_then(|()| err.flush())
        .and_then(|()| std::io::stdin().read_line(&mut answer).map(|_| ()))
        .map_err(|cause| Failure::system("The terminal did not answer", &cause))?;
    let answer = answer.trim();
    match (by_name, answer) {
        (true, name) => Ok(Some(name.to_owned())),
        (false, "y" | "Y" | "yes") => Ok(None),
        (false, _) => Err(Failure::new("not_confirmed", "Nothing was revoked.", "")),
    }
}
