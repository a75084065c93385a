//! `store copy`.

use std::path::{Path, PathBuf};

use keystile_store::{Store, StoreAddress};
use serde_json::json;

use super::store::note_install_key;
use crate::arguments::CopyStore;
use crate::error::CliError;
use crate::report::{Report, warn};
use crate::resolve;

pub(crate) async fn run(
    db: Option<&Path>,
    args: CopyStore,
    report: &Report,
) -> Result<(), CliError> {
    if db.is_some() {
        return Err(CliError::usage(
            "usage",
            "`store copy` takes two stores.",
            "Omit --db, and pass --from STORE and --to STORE.",
        ));
    }
    let (from, to) = (PathBuf::from(args.from), PathBuf::from(args.to));
    let (from, to) = (
        resolve::store_address(Some(&from))?,
        resolve::store_address(Some(&to))?,
    );
    let copy = Store::copy(&from, &to).await?;
    let rows: serde_json::Map<_, _> = copy
        .rows
        .iter()
        .map(|(table, rows)| ((*table).to_owned(), json!(rows)))
        .collect();
    let count_of = |table| rows.get(table).and_then(serde_json::Value::as_i64);
    let text = format!(
        "{} {to}. Keys: {}; audit rows: {}.",
        if copy.is_new {
            "Copied to"
        } else {
            "Already copied to"
        },
        count_of("keys").unwrap_or_default(),
        count_of("audit").unwrap_or_default(),
    );
    report.result(
        "",
        &json!({
            "copied": copy.is_new,
            "rows": rows,
            "install_key_file": copy.install_key_file,
            "source_changed": copy.is_source_changed,
        }),
    );
    report.note(&text);
    if copy.is_new {
        if let StoreAddress::Postgres(_) = to {
            note_install_key(copy.install_key_file.as_deref(), report);
        }
        report.note("The request log was not copied.");
    }
    if copy.is_source_changed {
        warn(
            "The source was changed during the copy, and the copy lacks the change. Stop the programs that change it, remove the copy, and copy again.",
        );
    }
    Ok(())
}
