//! The tables that a copy of a store has, by the columns that both databases have.

use crate::columns::Columns;
use crate::error::StoreError;

/// Rows that are read and written in one statement.
pub(crate) const BATCH_SIZE: usize = 1_000;

/// A table without what only one of the databases has, such as the machine of a row.
#[derive(Debug)]
pub(crate) struct CopiedTable {
    pub(crate) name: &'static str,
    /// The columns, those that identify a row first.
    pub(crate) columns: &'static [(&'static str, Kind)],
    /// How many columns identify a row.
    key_columns: usize,
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Integer,
    Boolean,
    Bytes,
}

/// The value of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Text(Option<String>),
    Integer(Option<i64>),
    Boolean(bool),
    Bytes(Vec<u8>),
}

impl CopiedTable {
    /// Returns the names of the columns, separated by commas.
    pub(crate) fn column_list(&self) -> String {
        list(self.columns)
    }

    /// Returns the names of the columns that identify a row.
    pub(crate) fn key_list(&self) -> String {
        list(&self.columns[..self.key_columns])
    }

    /// Returns the values that identify a row.
    pub(crate) fn key_of<'a>(&self, row: &'a [Value]) -> &'a [Value] {
        &row[..self.key_columns]
    }

    /// Reads the columns of a row.
    ///
    /// # Errors
    /// `Failed` if a column has another type.
    pub(crate) fn read(&self, row: &impl Columns) -> Result<Vec<Value>, StoreError> {
        let value = |&(name, kind): &(&str, Kind)| {
            Ok(match kind {
                Kind::Text => Value::Text(row.optional_text(name)?),
                Kind::Integer => Value::Integer(row.optional_integer(name)?),
                Kind::Boolean => Value::Boolean(row.boolean(name)?),
                Kind::Bytes => Value::Bytes(row.bytes(name)?),
            })
        };
        self.columns.iter().map(value).collect()
    }
}

fn list(columns: &[(&str, Kind)]) -> String {
    let names: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

/// The tables of the database, each after those that it refers to.
pub(crate) const TABLES: [CopiedTable; 8] = [
    CopiedTable {
        name: "audit",
        columns: &[
            ("seq", Kind::Integer),
            ("at", Kind::Integer),
            ("actor", Kind::Text),
            ("action", Kind::Text),
            ("project_id", Kind::Text),
            ("environment_id", Kind::Text),
            ("key_id", Kind::Text),
            ("detail", Kind::Text),
            ("install_key_id", Kind::Bytes),
            ("previous", Kind::Bytes),
            ("mac", Kind::Bytes),
        ],
        key_columns: 1,
    },
    CopiedTable {
        name: "projects",
        columns: &[
            ("id", Kind::Text),
            ("name", Kind::Text),
            ("folded_name", Kind::Text),
            ("created_at", Kind::Integer),
            ("deleted_at", Kind::Integer),
        ],
        key_columns: 1,
    },
    CopiedTable {
        name: "environments",
        columns: &[
            ("id", Kind::Text),
            ("project_id", Kind::Text),
            ("name", Kind::Text),
            ("folded_name", Kind::Text),
            ("stage", Kind::Text),
            ("prefix", Kind::Text),
            ("endpoint", Kind::Text),
            ("key_location", Kind::Text),
            ("default_days", Kind::Integer),
            ("max_days", Kind::Integer),
            ("first_issued_at", Kind::Integer),
            ("activated_at", Kind::Integer),
            ("created_at", Kind::Integer),
            ("deleted_at", Kind::Integer),
        ],
        key_columns: 1,
    },
    CopiedTable {
        name: "keys",
        columns: &[
            ("id", Kind::Text),
            ("environment_id", Kind::Text),
            ("name", Kind::Text),
            ("folded_name", Kind::Text),
            ("permissions", Kind::Text),
            ("state", Kind::Text),
            ("disabled_until", Kind::Integer),
            ("expires_at", Kind::Integer),
            ("owner", Kind::Text),
            ("note", Kind::Text),
            ("tags", Kind::Text),
            ("folded_details", Kind::Text),
            ("created_at", Kind::Integer),
            ("claimed_at", Kind::Integer),
            ("ended_at", Kind::Integer),
            ("revoke_reason", Kind::Text),
            ("revoke_note", Kind::Text),
        ],
        key_columns: 1,
    },
    CopiedTable {
        name: "secret_versions",
        columns: &[
            ("id", Kind::Integer),
            ("key_id", Kind::Text),
            ("phc", Kind::Text),
            ("tag", Kind::Bytes),
            ("install_key_id", Kind::Bytes),
            ("created_at", Kind::Integer),
            ("claimed_at", Kind::Integer),
            ("overlap_ms", Kind::Integer),
            ("ends_at", Kind::Integer),
            ("lock_file", Kind::Text),
            ("prompt_closed_at", Kind::Integer),
            ("idempotency_key", Kind::Text),
        ],
        key_columns: 1,
    },
    CopiedTable {
        name: GATEWAYS,
        columns: &[
            ("environment_id", Kind::Text),
            ("preserve_host", Kind::Boolean),
            ("allow_preflight", Kind::Boolean),
            ("sunset_header", Kind::Boolean),
            ("sample_upstream", Kind::Boolean),
            ("rules", Kind::Text),
            ("port", Kind::Integer),
            ("autostart", Kind::Boolean),
        ],
        key_columns: 1,
    },
    CopiedTable {
        name: "keychain_entries",
        columns: &[
            ("key_id", Kind::Text),
            ("state", Kind::Text),
            ("changed_at", Kind::Integer),
        ],
        key_columns: 1,
    },
    CopiedTable {
        name: "settings",
        columns: &[("name", Kind::Text), ("value", Kind::Text)],
        key_columns: 1,
    },
];

/// The name of the table that has the ports of one machine on SQLite, but not on PostgreSQL.
pub(crate) const GATEWAYS: &str = "gateways";

/// The tables of usage counts, which SQLite has in a file of its own.
pub(crate) const USAGE_TABLES: [CopiedTable; 3] = [
    CopiedTable {
        name: "uses",
        columns: &[
            ("key_id", Kind::Text),
            ("hour", Kind::Integer),
            ("permission", Kind::Text),
            ("allowed", Kind::Integer),
            ("denied", Kind::Integer),
        ],
        key_columns: 3,
    },
    CopiedTable {
        name: "totals",
        columns: &[
            ("key_id", Kind::Text),
            ("allowed", Kind::Integer),
            ("denied", Kind::Integer),
            ("last_at", Kind::Integer),
            ("last_client", Kind::Text),
        ],
        key_columns: 1,
    },
    CopiedTable {
        name: "secret_uses",
        columns: &[
            ("key_id", Kind::Text),
            ("version", Kind::Integer),
            ("allowed", Kind::Integer),
            ("denied", Kind::Integer),
            ("last_at", Kind::Integer),
            ("last_client", Kind::Text),
        ],
        key_columns: 2,
    },
];
