//! `key rotate` and `key end-old-secret`.

use std::cell::Cell;
use std::path::Path;

use keystile_keys::Stage;
use keystile_registry::{Registry, RotateRequest};
use keystile_store::KeyRow;

use super::key_output::{self, WINDOW};
use crate::arguments::{Confirmation, KeyArguments, RotateKey};
use crate::confirm::{Destructive, confirm};
use crate::error::CliError;
use crate::json;
use crate::propagation::{self, with_propagation};
use crate::report::Report;
use crate::resolve;

pub(crate) async fn rotate(
    db: Option<&Path>,
    args: RotateKey,
    report: &Report,
) -> Result<(), CliError> {
    let has_ended_older = Cell::new(false);
    let rotate = async |registry: &Registry| {
        let key = resolve::key(registry, &args.key).await?;
        has_ended_older.set(key.old_secret_ends_at.is_some());
        let name = confirmed_name(&key, args.confirm.clone())?;
        let request = RotateRequest {
            key_id: key.id,
            overlap: args.overlap.0,
            idempotency_key: key_output::idempotency_key()?,
        };
        Ok(registry
            .rotate_key(WINDOW, &request, name.as_deref())
            .await?)
    };
    let describe = |key: &KeyRow| rotated(key, has_ended_older.get());
    key_output::run(db, &args.output, "key rotate", rotate, describe, report).await
}

/// Returns the name that confirms the rotation of a production key. Others need none.
fn confirmed_name(key: &KeyRow, name: Option<String>) -> Result<Option<String>, CliError> {
    if key.stage != Stage::Production {
        return Ok(name);
    }
    let confirmation = Confirmation {
        yes: false,
        confirm: name,
    };
    let command = Destructive {
        action: "Rotate",
        target: format!(
            "key {} of {}/{}",
            key.name, key.project_name, key.environment_name
        ),
        name: &key.name,
        requires_name: true,
    };
    confirm(confirmation, &command)
}

/// Describes a rotation. `has_ended_older`: the key had two secrets that worked before.
fn rotated(key: &KeyRow, has_ended_older: bool) -> String {
    let end = match key.old_secret_ends_at {
        Some(end) => format!("Its old secret works until {}.", end.floor_to_secs()),
        None => "Its old secret has ended.".to_owned(),
    };
    let older = match has_ended_older {
        true => " The secret before that has ended.",
        false => "",
    };
    format!(
        "Rotated key {} in {}/{}. {end}{older}",
        key.name, key.project_name, key.environment_name
    )
}

pub(crate) async fn end_old_secret(
    registry: &Registry,
    args: &KeyArguments,
    report: &Report,
) -> Result<(), CliError> {
    let key = resolve::key(registry, args).await?;
    let ended = registry.end_old_secret(key.id).await?;
    report.result("", &with_propagation(json::key(&ended), ended.propagation));
    report.note(&format!("Ended the old secret of {}.", ended.name));
    propagation::note(report, ended.propagation);
    Ok(())
}
