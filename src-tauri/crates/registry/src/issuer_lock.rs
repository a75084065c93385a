//! The lock by which other processes know that this one still shows keys: a file beside a SQLite database, and a lock of the
//! server on PostgreSQL, where the other processes may be on other machines.

use std::collections::BTreeSet;
use std::time::Duration;

use keystile_keys::{ProjectId, os_random};
use keystile_store::{Connection, SessionLock, Store};

use crate::error::RegistryError;
use crate::process_lock::{ProcessLock, StaleLock};

/// How long a lock of the server must be free until its process counts as ended. A server that was restarted has released
/// all locks, and processes that run acquire theirs again within this time.
const RECONNECT_TIME: Duration = Duration::from_secs(4);

/// The lock of this process.
#[derive(Debug)]
pub(crate) enum IssuerLock {
    File(ProcessLock),
    Session(SessionLock),
}

impl IssuerLock {
    /// Acquires a lock with a new name.
    ///
    /// # Errors
    /// `ProcessLock`, or the server cannot be reached.
    pub(crate) async fn acquire(store: &Store) -> Result<Self, RegistryError> {
        if !store.is_shared() {
            let lock = ProcessLock::acquire(store.directory(), "");
            return lock.map(Self::File).map_err(RegistryError::ProcessLock);
        }
        // Any random name works; an id has 12 random characters.
        let name = ProjectId::generate(&mut os_random())
            .map_err(|cause| RegistryError::ProcessLock(std::io::Error::other(cause)))?;
        let lock = store.session_lock(name.as_str()).await?;
        lock.map(Self::Session).ok_or_else(|| {
            RegistryError::ProcessLock(std::io::Error::other("the store has no locks"))
        })
    }

    /// Returns the name that pending keys refer to.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::File(lock) => lock.name(),
            Self::Session(lock) => lock.name(),
        }
    }

    /// Returns whether other processes can find the lock.
    pub(crate) fn is_intact(&self) -> bool {
        match self {
            Self::File(lock) => lock.is_intact(),
            Self::Session(lock) => lock.is_intact(),
        }
    }
}

/// The lock of a process that has ended. While it is held, no other process treats that process's keys as abandoned.
#[derive(Debug)]
pub(crate) enum EndedLock {
    File(StaleLock),
    Session(Connection<'static>),
}

impl EndedLock {
    /// Acquires the lock `name`; `None` if its process still runs.
    ///
    /// # Errors
    /// `ProcessLock`, or the server cannot be reached.
    pub(crate) async fn acquire(store: &Store, name: &str) -> Result<Option<Self>, RegistryError> {
        if store.is_shared() {
            return Ok(store.take_session_lock(name).await?.map(Self::Session));
        }
        let lock = StaleLock::acquire(store.directory(), name);
        Ok(lock.map_err(RegistryError::ProcessLock)?.map(Self::File))
    }

    /// Returns whether the process with the lock `name` has ended. The lock is free again when this returns.
    ///
    /// # Errors
    /// As [`EndedLock::acquire`].
    pub(crate) async fn has_ended(store: &Store, name: &str) -> Result<bool, RegistryError> {
        match Self::acquire(store, name).await? {
            Some(Self::Session(connection)) => {
                connection.close().await?;
                Ok(true)
            }
            Some(Self::File(_)) => Ok(true),
            None => Ok(false),
        }
    }

    /// Removes what is left of the lock after the keys of its process were settled.
    pub(crate) async fn remove(self) -> Result<(), RegistryError> {
        match self {
            Self::File(lock) => lock.remove(),
            Self::Session(connection) => connection.close().await?,
        }
        Ok(())
    }
}

/// Waits until processes whose connection was lost have acquired their locks again, and returns the names of the locks
/// that stayed free.
///
/// # Errors
/// `ProcessLock`, or the server cannot be reached.
pub(crate) async fn ended_locks(
    store: &Store,
    names: impl IntoIterator<Item = String>,
) -> Result<Vec<String>, RegistryError> {
    let mut ended = Vec::new();
    for name in names.into_iter().collect::<BTreeSet<_>>() {
        if EndedLock::has_ended(store, &name).await? {
            ended.push(name);
        }
    }
    if store.is_shared() && !ended.is_empty() {
        tokio::time::sleep(RECONNECT_TIME).await;
    }
    Ok(ended)
}
