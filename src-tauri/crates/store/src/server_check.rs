//! What a check of a PostgreSQL server finds.

use crate::error::StoreError;
use crate::store::{Backend, Store};

/// A server, and what its user may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerCheck {
    /// The version, such as `15.8`.
    pub version: String,
    /// The schema version of the store.
    pub schema_version: i64,
    /// The name of the user.
    pub user: String,
    /// What the user may do.
    pub access: Access,
    /// The setting `synchronous_commit` of the user's transactions.
    pub synchronous_commit: String,
    /// The servers that replicate this one; `None` if the user may not see them.
    pub standbys: Option<Standbys>,
}

/// What the user of a database may do, from most to least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Issue, change, and verify keys.
    Issue,
    /// Verify keys, and add usage counts.
    Verify,
    /// Read.
    Read,
    /// Less than all that a verifier reads.
    Insufficient,
}

/// How many servers replicate a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standbys {
    /// Those that have a change when its commit returns.
    pub synchronous: i64,
    /// Those that may lack the last changes.
    pub asynchronous: i64,
}

impl Store {
    /// Checks the server of the store; `None` on SQLite.
    ///
    /// # Errors
    /// The server cannot be reached, or the user may not read the store.
    pub async fn check_server(&self) -> Result<Option<ServerCheck>, StoreError> {
        match self.backend() {
            Backend::Sqlite(_) => Ok(None),
            Backend::Postgres(store) => Ok(Some(store.check_server().await?)),
        }
    }
}
