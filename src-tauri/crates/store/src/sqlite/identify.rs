//! Checks before a database is opened for writing: that it is a Keystile database of a supported schema, and not
//! damaged. They change nothing in the file.

use std::path::Path;

use sqlx::SqliteConnection;

use crate::database_file::DatabaseFile;
use crate::error::StoreError;
use crate::schema::{SCHEMA_VERSION, schema_version};

/// Maximum size in bytes for a complete check, which takes a few milliseconds. In larger files, damage is found when
/// read.
const MAX_CHECKED_BYTES: u64 = 4 * 1024 * 1024;

/// Rejects the database of another program by its header, before SQLite connects. A file without an application id in
/// rollback mode is left to [`identify`], because connecting does not change it.
pub(crate) fn reject_by_header(file: &DatabaseFile, path: &Path) -> Result<(), StoreError> {
    let header = file.header().map_err(|cause| StoreError::Failed {
        cause: Box::new(cause),
    })?;
    let Some(header) = header else {
        return reject_fragment(file, path);
    };
    match schema_version(header.application_id) {
        Some(found) if found > SCHEMA_VERSION => Err(StoreError::UnsupportedSchema {
            path: path.to_owned(),
            found,
            known: SCHEMA_VERSION,
        }),
        Some(_) => Ok(()),
        None if header.application_id == 0 && !header.wal => Ok(()),
        None => Err(StoreError::NotKeystile {
            path: path.to_owned(),
        }),
    }
}

/// Rejects a file shorter than the minimum page, which SQLite would treat as empty and overwrite.
pub(crate) fn reject_fragment(file: &DatabaseFile, path: &Path) -> Result<(), StoreError> {
    let is_fragment = file.len().is_ok_and(|bytes| (1..512).contains(&bytes));
    // SQLite restores it from a journal.
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

/// Rejects a database of another program or a newer schema.
pub(crate) async fn identify(
    connection: &mut SqliteConnection,
    path: &Path,
) -> Result<(), StoreError> {
    let application: i64 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(&mut *connection)
        .await?;
    // An interrupted first start leaves only the table of sqlx.
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

/// Checks the settings of the connection, and that a small file is not damaged.
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
    for (pragma, expected) in [
        ("synchronous", 3),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("trusted_schema", 0),
    ] {
        let found: i64 = sqlx::query_scalar(&format!("PRAGMA {pragma}"))
            .fetch_one(&mut *connection)
            .await?;
        if found != expected {
            return Err(StoreError::Failed {
                cause: format!("{pragma} is {found}, not {expected}").into(),
            });
        }
    }
    let small = file.len().is_ok_and(|bytes| bytes <= MAX_CHECKED_BYTES);
    if small {
        let result: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&mut *connection)
            .await?;
        if result != "ok" {
            tracing::error!(result, "quick_check failed");
            return Err(StoreError::Corrupt {
                path: path.to_owned(),
                cause: None,
            });
        }
    }
    Ok(())
}
