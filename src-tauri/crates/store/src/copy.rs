//! Copies a store to another folder or database, so that every key stays valid: rows, ids, audit log, and install key are the
//! same. The copy is one transaction, which is verified before its commit.

use std::path::PathBuf;

use sqlx::{Connection as _, SqliteConnection};

use crate::audit_check::{check_chain, differing_keys};
use crate::audit_head::AuditHead;
use crate::connection::{Connection, Database, on_database};
use crate::copied_table::{BATCH_SIZE, CopiedTable, TABLES, USAGE_TABLES};
use crate::copy_error::CopyError;
use crate::copy_target::CopyTarget;
use crate::dispatch::audit;
use crate::error::StoreError;
use crate::postgres::error::PostgresError;
use crate::sqlite;
use crate::sqlite::usage_file::UsageFile;
use crate::store::{Backend, Store};
use crate::store_address::StoreAddress;
use crate::write::Write;

/// The name of the program in audit rows; a copy writes none.
const ACTOR: &str = "copy";

/// A store that was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreCopy {
    /// Whether rows were copied. Otherwise the target had the same rows already.
    pub is_new: bool,
    /// The number of rows of each table of the target.
    pub rows: Vec<(&'static str, i64)>,
    /// The file with the install key, if it was written on this machine for a PostgreSQL database.
    pub install_key_file: Option<PathBuf>,
    /// Whether the source was changed during the copy, so that the target lacks the change.
    pub is_source_changed: bool,
}

impl Store {
    /// Copies a store to a folder or a PostgreSQL database without one. Its keys stay valid. A target that has the same audit
    /// log already is not changed. A SQLite source cannot be changed during the copy.
    ///
    /// The settings, gateway ports, and keychain entries are those of this machine. The request log is not copied. Keys and
    /// rotations that wait for their first copy cannot be claimed in the target; the first program that opens it ends them.
    ///
    /// # Errors
    /// Every [`CopyError`]. After an error, the target has no rows of the source.
    pub async fn copy(from: &StoreAddress, to: &StoreAddress) -> Result<StoreCopy, CopyError> {
        let source = Self::open_at(from, ACTOR)
            .await
            .map_err(CopyError::Source)?;
        let copied = copy_to(&source, to).await;
        source.close().await;
        copied
    }

    /// Begins a transaction whose reads see the same rows. On SQLite it excludes writers: a reader would stop each of them
    /// at its commit, and with it all checks.
    async fn begin_copy(&self) -> Result<Connection<'static>, StoreError> {
        match self.backend() {
            Backend::Sqlite(store) => Ok(store.write().await?.into()),
            Backend::Postgres(store) => Ok(store.read().await?.into()),
        }
    }
}

async fn copy_to(source: &Store, to: &StoreAddress) -> Result<StoreCopy, CopyError> {
    if !source.has_install_key() {
        return Err(CopyError::Source(PostgresError::NoInstallKey.into()));
    }
    let check = source.check_audit().await.map_err(CopyError::Source)?;
    if !check.is_intact() {
        return Err(CopyError::DamagedSource);
    }
    let target = CopyTarget::open(source, to, ACTOR).await?;
    let copied = copy_store(source, &target.store).await;
    target.store.close().await;
    Ok(StoreCopy {
        install_key_file: target.install_key_file,
        ..copied?
    })
}

async fn copy_store(source: &Store, target: &Store) -> Result<StoreCopy, CopyError> {
    let mut from = source.begin_copy().await.map_err(CopyError::Source)?;
    let head = audit::last(&mut from).await.map_err(CopyError::Source)?;
    let mut write = target.write_many().await.map_err(CopyError::Target)?;
    let last = audit::last(write.connection())
        .await
        .map_err(CopyError::Target)?;
    let (rows, is_new) = match (head.clone(), last) {
        (None, None) => (Vec::new(), false),
        (head, last) if head == last => {
            let rows = count_rows(write.connection(), &TABLES).await;
            (rows.map_err(CopyError::Target)?, false)
        }
        (Some(head), None) => {
            let rows = copy_rows(&mut from, source, target, &mut write).await?;
            let committed = write.commit_copy(head).await;
            committed.map_err(CopyError::Target)?;
            let latest = source.latest_time().get();
            target.latest_time().observe(latest);
            target.latest_time().remember(latest);
            (rows, true)
        }
        (head, Some(last)) => {
            let difference = difference(&mut from, &mut write, head, last).await;
            return Err(difference.unwrap_or_else(CopyError::Target));
        }
    };
    from.close().await.map_err(CopyError::Source)?;
    let mut now = source.read().await.map_err(CopyError::Source)?;
    let current = audit::last(&mut now).await.map_err(CopyError::Source)?;
    Ok(StoreCopy {
        is_new,
        rows,
        install_key_file: None,
        is_source_changed: current != head,
    })
}

/// Describes a target whose last audit row is not that of the source.
async fn difference(
    from: &mut Connection<'_>,
    write: &mut Write<'_>,
    head: Option<AuditHead>,
    last: AuditHead,
) -> Result<CopyError, StoreError> {
    let Some(head) = head else {
        return Ok(CopyError::OtherStore);
    };
    if audit::is_stored(&last, from).await? {
        let missing = head.seq - last.seq;
        return Ok(CopyError::TargetOlder { missing });
    }
    if audit::is_stored(&head, write.connection()).await? {
        return Ok(CopyError::TargetNewer);
    }
    Ok(CopyError::OtherStore)
}

/// Copies all tables, and verifies them. Returns the number of rows of each. Usage counts of SQLite are committed first, in
/// their own file: a database with rows has its counts.
async fn copy_rows(
    from: &mut Connection<'_>,
    source: &Store,
    target: &Store,
    write: &mut Write<'_>,
) -> Result<Vec<(&'static str, i64)>, CopyError> {
    on_database!(write.connection(), copy::begin()).map_err(CopyError::Target)?;
    let mut rows = Vec::new();
    for table in &TABLES {
        let count = copy_table(from.database(), write.connection().database(), table).await?;
        rows.push((table.name, count));
    }
    on_database!(write.connection(), copy::finish()).map_err(CopyError::Target)?;
    rows.extend(copy_usage(from, source, target, write).await?);
    verify(target, write, &rows).await?;
    Ok(rows)
}

async fn copy_usage(
    from: &mut Connection<'_>,
    source: &Store,
    target: &Store,
    write: &mut Write<'_>,
) -> Result<Vec<(&'static str, i64)>, CopyError> {
    let since = source.counting_since().await.map_err(CopyError::Source)?;
    let since = since.map(|since| since.as_millis());
    let mut source_file = open_usage(source).await.map_err(CopyError::Source)?;
    let from = match source.backend() {
        Backend::Postgres(_) => Some(from.database()),
        Backend::Sqlite(_) => source_file.as_mut().map(Database::Sqlite),
    };
    let rows = match target.backend() {
        Backend::Postgres(_) => {
            copy_usage_tables(from, write.connection().database(), since).await?
        }
        Backend::Sqlite(store) => {
            let file = UsageFile::open(store.directory()).await;
            let file = file.map_err(CopyError::Target)?;
            let mut transaction = file.begin().await.map_err(CopyError::Target)?;
            let to = Database::Sqlite(&mut transaction);
            let rows = copy_usage_tables(from, to, since).await?;
            let committed = transaction.commit().await;
            committed.map_err(|error| CopyError::Target(error.into()))?;
            file.close().await;
            rows
        }
    };
    if let Some(file) = source_file {
        let closed = file.close().await;
        closed.map_err(|error| CopyError::Source(error.into()))?;
    }
    Ok(rows)
}

/// Opens the usage file of a SQLite store; `None` without one. All reads see the same rows.
async fn open_usage(store: &Store) -> Result<Option<SqliteConnection>, StoreError> {
    let Backend::Sqlite(store) = store.backend() else {
        return Ok(None);
    };
    let mut opened = sqlite::usage_reader::open(store.directory()).await?;
    if let Some(connection) = &mut opened {
        sqlx::query("BEGIN").execute(connection).await?;
    }
    Ok(opened)
}

async fn copy_usage_tables(
    from: Option<Database<'_>>,
    mut to: Database<'_>,
    since: Option<i64>,
) -> Result<Vec<(&'static str, i64)>, CopyError> {
    on_database!(to, copy::begin_usage(since)).map_err(CopyError::Target)?;
    let Some(mut from) = from else {
        return Ok(Vec::new());
    };
    let mut rows = Vec::new();
    for table in &USAGE_TABLES {
        let count = copy_table(from.database(), to.database(), table).await?;
        rows.push((table.name, count));
    }
    Ok(rows)
}

/// Copies the rows of a table in batches, and returns how many there were.
async fn copy_table(
    mut from: Database<'_>,
    mut to: Database<'_>,
    table: &CopiedTable,
) -> Result<i64, CopyError> {
    let mut count = 0;
    let mut after = None;
    loop {
        let rows = on_database!(from, copy::rows_after(table, after.as_deref()));
        let rows = rows.map_err(CopyError::Source)?;
        if !rows.is_empty() {
            on_database!(to, copy::insert(table, &rows)).map_err(CopyError::Target)?;
        }
        count += i64::try_from(rows.len()).unwrap_or(i64::MAX);
        if rows.len() < BATCH_SIZE {
            return Ok(count);
        }
        after = rows.last().map(|row| table.key_of(row).to_vec());
    }
}

async fn count_rows(
    connection: &mut Connection<'_>,
    tables: &[CopiedTable],
) -> Result<Vec<(&'static str, i64)>, StoreError> {
    let mut counts = Vec::new();
    for table in tables {
        let count = on_database!(connection, copy::count(table))?;
        counts.push((table.name, count));
    }
    Ok(counts)
}

/// Checks the rows of the transaction: their number, the audit chain, and the keys against it.
async fn verify(
    target: &Store,
    write: &mut Write<'_>,
    copied: &[(&'static str, i64)],
) -> Result<(), CopyError> {
    let counts = count_rows(write.connection(), &TABLES).await;
    for counted in counts.map_err(CopyError::Target)? {
        if !copied.contains(&counted) {
            return Err(CopyError::Differs { table: counted.0 });
        }
    }
    let connection = write.connection();
    let chain = check_chain(connection, target.audit_chain()).await;
    let mut check = chain.map_err(CopyError::Target)?;
    let differing = differing_keys(connection).await;
    check.differing_keys = differing.map_err(CopyError::Target)?;
    if !check.is_intact() {
        return Err(CopyError::Differs { table: "audit" });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn columns(connection: &mut SqliteConnection, table: &CopiedTable) -> Vec<String> {
        let names = sqlx::query_scalar("SELECT name FROM pragma_table_info(?) ORDER BY name");
        let names = names.bind(table.name).fetch_all(connection).await;
        names.expect("the columns")
    }

    async fn assert_complete(connection: &mut SqliteConnection, tables: &[CopiedTable]) {
        for table in tables {
            let mut copied: Vec<_> = table.columns.iter().map(|(name, _)| *name).collect();
            copied.sort_unstable();
            assert_eq!(
                copied,
                columns(connection, table).await,
                "a copy must have every column of {}",
                table.name
            );
        }
    }

    #[tokio::test]
    async fn every_table_and_column_is_copied() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("store");
        let store = Store::open(&path, "test").await.expect("a store");
        let Backend::Sqlite(database) = store.backend() else {
            panic!("a folder has a SQLite database");
        };
        let mut connection = database.read().await.expect("a connection");
        assert_complete(&mut connection, &TABLES).await;
        let others = sqlx::query_scalar(
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
               AND name NOT IN ('commits', '_sqlx_migrations')",
        );
        let count: i64 = others.fetch_one(&mut *connection).await.expect("a count");
        assert_eq!(
            usize::try_from(count),
            Ok(TABLES.len()),
            "a new table must be copied too"
        );
        let usage = sqlite::usage_reader::open(database.directory()).await;
        let mut usage = usage.expect("a read").expect("a usage file");
        assert_complete(&mut usage, &USAGE_TABLES).await;
    }
}
