//! `key create`.

use std::path::Path;

use keystile_keys::Permissions;
use keystile_registry::{IssueRequest, Registry};
use keystile_store::KeyRow;

use super::key_output::{self, WINDOW};
use crate::arguments::CreateKey;
use crate::error::CliError;
use crate::json;
use crate::report::Report;
use crate::resolve;

pub(crate) async fn run(
    db: Option<&Path>,
    args: CreateKey,
    report: &Report,
) -> Result<(), CliError> {
    let issue = async |registry: &Registry| {
        let environment = resolve::environment(registry, &args.environment.reference).await?;
        let request = IssueRequest {
            environment_id: environment.id,
            name: args.name.clone(),
            permissions: if args.write {
                Permissions::READ_WRITE
            } else {
                Permissions::READ
            },
            expiry: args.expires.0,
            owner: args.notes.owner.clone().unwrap_or_default(),
            note: args.notes.note.clone().unwrap_or_default(),
            tags: json::split_tags(args.notes.tags.as_deref().unwrap_or_default()),
            idempotency_key: key_output::idempotency_key()?,
        };
        Ok(registry.issue(WINDOW, &request).await?)
    };
    key_output::run(db, &args.output, "key create", issue, created, report).await
}

fn created(key: &KeyRow) -> String {
    let expiry = key.expires_at.map_or_else(String::new, |at| {
        format!("; expires {}", at.floor_to_secs())
    });
    format!(
        "Created key {} in {}/{} ({}; ID {}{expiry}).",
        key.name,
        key.project_name,
        key.environment_name,
        json::permissions(key),
        key.id
    )
}
