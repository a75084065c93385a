//! Locks by which processes on several machines know that another one still shows a key. The database server releases
//! them, so that there are none on SQLite, where files are locked.

use crate::connection::Connection;
use crate::error::StoreError;
use crate::postgres::session_lock::{PostgresLock, try_take};
use crate::store::{Backend, Store};

/// A lock of this process, which ends when it is dropped or the process dies.
#[derive(Debug)]
pub struct SessionLock {
    name: String,
    lock: PostgresLock,
}

impl SessionLock {
    /// Returns the name that pending keys refer to.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether the lock is held, or its lost connection is being replaced.
    pub fn is_intact(&self) -> bool {
        self.lock.is_intact()
    }
}

impl Store {
    /// Returns whether processes on other machines may use the store.
    pub fn is_shared(&self) -> bool {
        matches!(self.backend(), Backend::Postgres(_))
    }

    /// Acquires a lock with a new name; `None` on SQLite.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub async fn session_lock(&self, name: &str) -> Result<Option<SessionLock>, StoreError> {
        match self.backend() {
            Backend::Sqlite(_) => Ok(None),
            Backend::Postgres(store) => Ok(Some(SessionLock {
                name: name.to_owned(),
                lock: PostgresLock::acquire(store.options(), name).await?,
            })),
        }
    }

    /// Acquires the lock of a process that has ended until the returned connection is dropped; `None` if that process still
    /// holds it, and on SQLite.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub async fn take_session_lock(
        &self,
        name: &str,
    ) -> Result<Option<Connection<'static>>, StoreError> {
        match self.backend() {
            Backend::Sqlite(_) => Ok(None),
            Backend::Postgres(store) => Ok(try_take(&store.pool(), name).await?.map(Into::into)),
        }
    }
}
