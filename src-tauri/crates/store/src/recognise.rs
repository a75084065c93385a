//! Whose file is this, and is it whole? Asked by `open` before anything is written. It changes nothing: what is not
//! Keystile's, or newer than this program, is left byte for byte as it was.

use std::path::Path;

use sqlx::SqliteConnection;

use crate::database_file::DatabaseFile;
use crate::error::StoreError;
use crate::schema::{SCHEMA_VERSION, schema_version};

/// Up to this size every page is checked at the start: a few milliseconds. A larger file is found damaged when read.
const CHECKED_WHOLE_BYTES: u64 = 4 * 1024 * 1024;

/// Refuses, before SQLite connects, what the header alone shows to be somebody else's. A file without an application id
/// in rollback mode is left to `recognise`: connecting changes nothing in it.
pub(crate) fn refuse_by_header(file: &DatabaseFile, path: &Path) -> Result<(), StoreError> {
    let signature = file.signature().map_err(|cause| StoreError::Failed {
        cause: Box::new(cause),
    })?;
    let Some(signature) = signature else {
        return refuse_fragment(file, path);
    };
    match schema_version(signature.application_id) {
        Some(found) if found > SCHEMA_VERSION => Err(StoreError::UnsupportedSchema {
            path: path.to_owned(),
            found,
            known: SCHEMA_VERSION,
        }),
        Some(_) => Ok(()),
        None if signature.application_id == 0 && !signature.wal => Ok(()),
        None => Err(StoreError::NotKeystile {
            path: path.to_owned(),
        }),
    }
}

/// SQLite takes a file shorter than its smallest page for an empty one and would write over it, whatever it holds.
pub(crate) fn refuse_fragment(file: &DatabaseFile, path: &Path) -> Result<(), StoreError> {
    let is_fragment = file.len().is_ok_and(|bytes| (1..512).contains(&bytes));
    // A journal beside it restores what was cut short.
    let mut journal = path.as_os_str().to_owned();
    journal.push("-journal");
    if is_fragment && !Path::new(&journal).exists() {
        return Err(StoreError::Corrupt {
            path: path.to_owned(),
            cause: None,
        });
    }
    Ok(())
}

/// Refuses what another program or a newer Keystile wrote, before anything is written.
pub(crate) async fn recognise(
    connection: &mut SqliteConnection,
    path: &Path,
) -> Result<(), StoreError> {
    let application: i64 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(&mut *connection)
        .await?;
    // A first start that was cut off leaves sqlx's own table and nothing else; that file is still to be made.
    let tables: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM sqlite_schema WHERE tbl_name <> '_sqlx_migrations'",
    )
    .fetch_one(&mut *connection)
    .await?;
    match schema_version(application) {
        Some(found) if found > SCHEMA_VERSION => Err(StoreError::UnsupportedSchema {
            path: path.to_owned(),
            found,
            known: SCHEMA_VERSION,
        }),
        None if tables > 0 => Err(StoreError::NotKeystile {
            path: path.to_owned(),
        }),
        Some(_) | None => Ok(()),
    }
}

/// The settings are what they should be, and a small file is whole.
pub(crate) async fn check(
    connection: &mut SqliteConnection,
    file: &DatabaseFile,
    path: &Path,
) -> Result<(), StoreError> {
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&mut *connection)
        .await?;
    if journal != "delete" {
        return Err(StoreError::Failed {
            cause: format!("journal_mode is {journal}, not delete").into(),
        });
    }
    for (pragma, wanted) in [
        ("synchronous", 3),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("trusted_schema", 0),
    ] {
        let found: i64 = sqlx::query_scalar(&format!("PRAGMA {pragma}"))
            .fetch_one(&mut *connection)
            .await?;
        if found != wanted {
            return Err(StoreError::Failed {
                cause: format!("{pragma} is {found}, not {wanted}").into(),
            });
        }
    }
    let small = file.len().is_ok_and(|bytes| bytes <= CHECKED_WHOLE_BYTES);
    if small {
        let verdict: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&mut *connection)
            .await?;
        if verdict != "ok" {
            tracing::error!(verdict, "quick_check");
            return Err(StoreError::Corrupt {
                path: path.to_owned(),
                cause: None,
            });
        }
    }
    Ok(())
}
