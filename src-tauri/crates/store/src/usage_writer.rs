//! Writes usage counts: to the usage file beside a SQLite database, or to the tables of a PostgreSQL database.

use crate::error::StoreError;
use crate::postgres::usage_table::UsageTable;
use crate::sqlite::usage_file::UsageFile;
use crate::store::{Backend, Store};
use crate::usage::{LastUse, SecretUse, UseCount};

/// Adds usage counts of one process to a store.
#[derive(Debug)]
pub struct UsageWriter(Kind);

#[derive(Debug)]
enum Kind {
    File(UsageFile),
    Table(UsageTable),
}

impl UsageWriter {
    /// Opens the usage counts of a store for writing, and creates them if they do not exist.
    ///
    /// # Errors
    /// `Usage`.
    pub async fn open(store: &Store) -> Result<Self, StoreError> {
        Ok(Self(match store.backend() {
            Backend::Sqlite(store) => Kind::File(UsageFile::open(store.directory()).await?),
            Backend::Postgres(store) => Kind::Table(store.usage_table()),
        }))
    }

    /// Adds counts, and replaces last uses that are older.
    ///
    /// # Errors
    /// `Usage`, or `UsageTables` on PostgreSQL; nothing was added.
    pub async fn add(
        &self,
        counts: &[UseCount],
        last: &[LastUse],
        secrets: &[SecretUse],
    ) -> Result<(), StoreError> {
        match &self.0 {
            Kind::File(file) => file.add(counts, last, secrets).await,
            Kind::Table(table) => table.add(counts, last, secrets).await,
        }
    }

    /// Returns whether this still writes to the counts of the store: its usage file may have been replaced.
    pub fn is_of(&self, store: &Store) -> bool {
        match &self.0 {
            Kind::File(file) => file.is_in(store.directory()),
            Kind::Table(_) => true,
        }
    }

    /// Closes every connection.
    pub async fn close(&self) {
        match &self.0 {
            Kind::File(file) => file.close().await,
            Kind::Table(_) => {}
        }
    }
}
