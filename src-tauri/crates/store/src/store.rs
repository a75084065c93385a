//! A store: a database with its install key. Callers do not notice which database it is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use keystile_keys::{InstallKey, InstallKeyId};
use sqlx::{PgPool, SqlitePool};

use crate::audit_chain::AuditChain;
use crate::commit_id::CommitId;
use crate::connection::Connection;
use crate::database_file::DatabaseFile;
use crate::error::StoreError;
use crate::latest_time::LatestTime;
use crate::postgres::address::PostgresAddress;
use crate::postgres::error::PostgresError;
use crate::postgres::notifications::CommitListener;
use crate::postgres::open::{PostgresStore, connect_to_store};
use crate::postgres::session::Session;
use crate::postgres::shared_commit::SharedCommit;
use crate::sqlite::open::{IfMissing, SqliteStore};
use crate::state_directory::StateDirectory;
use crate::store_address::StoreAddress;
use crate::write::Write;

/// An open store.
#[derive(Debug)]
pub struct Store {
    backend: Backend,
    directory: PathBuf,
    install_key: InstallKey,
    /// Whether the install key is that of the deployment, and not a random one.
    has_install_key: bool,
    audit: Arc<AuditChain>,
    latest_time: LatestTime,
    actor: &'static str,
}

/// The connection pool of a store.
#[derive(Debug, Clone)]
pub enum StorePool {
    /// A SQLite database.
    Sqlite(SqlitePool),
    /// A PostgreSQL database.
    Postgres(PgPool),
}

/// The database of a store.
#[derive(Debug)]
pub(crate) enum Backend {
    Sqlite(SqliteStore),
    Postgres(PostgresStore),
}

impl Store {
    /// Opens or creates `keystile.db` in `directory`, which is created with mode 0700. `actor` is the name of the
    /// program in audit rows.
    ///
    /// # Errors
    /// Every [`StoreError`] but `UniqueViolation` and `MissingAuditRow`. A file that cannot be opened is not changed.
    pub async fn open(directory: &Path, actor: &'static str) -> Result<Self, StoreError> {
        Self::open_directory(directory, actor, IfMissing::Create).await
    }

    /// Opens an existing Keystile database. Never creates one.
    ///
    /// # Errors
    /// As [`Store::open`]; `Missing` if there is no database.
    pub async fn open_existing(directory: &Path, actor: &'static str) -> Result<Self, StoreError> {
        Self::open_directory(directory, actor, IfMissing::Fail).await
    }

    async fn open_directory(
        directory: &Path,
        actor: &'static str,
        if_missing: IfMissing,
    ) -> Result<Self, StoreError> {
        let (store, install_key, audit) = SqliteStore::open(directory, if_missing).await?;
        Ok(Self {
            backend: Backend::Sqlite(store),
            directory: directory.to_owned(),
            install_key,
            has_install_key: true,
            audit: Arc::new(audit),
            latest_time: LatestTime::open(directory),
            actor,
        })
    }

    /// Opens the store at an address. Never creates one.
    ///
    /// # Errors
    /// As [`Store::open_existing`]; `Postgres` if the address is a PostgreSQL database.
    pub async fn open_at(address: &StoreAddress, actor: &'static str) -> Result<Self, StoreError> {
        match address {
            StoreAddress::Folder(directory) => Self::open_existing(directory, actor).await,
            StoreAddress::Postgres(address) => Self::open_postgres(address, actor).await,
        }
    }

    async fn open_postgres(
        address: &PostgresAddress,
        actor: &'static str,
    ) -> Result<Self, StoreError> {
        let (connection, deployment) = connect_to_store(address).await?;
        sqlx::Connection::close(connection).await?;
        let directory = StateDirectory::open(address, &deployment.id)?;
        let given = directory.install_key()?;
        let has_install_key = given.is_some();
        let install_key = match given {
            Some(key) => key,
            // Tags under this key match none that is stored: each secret is verified by Argon2id.
            None => InstallKey::generate(&mut keystile_keys::os_random()).map_err(|cause| {
                StoreError::Failed {
                    cause: Box::new(cause),
                }
            })?,
        };
        let audit = AuditChain::new(directory.path(), &install_key);
        if has_install_key && audit.install_key_id() != deployment.install_key_id {
            return Err(PostgresError::OtherInstallKey.into());
        }
        let session = Session::of_machine(&directory.machine()?);
        Ok(Self {
            backend: Backend::Postgres(PostgresStore::new(address, session)),
            install_key,
            has_install_key,
            audit: Arc::new(audit),
            latest_time: LatestTime::open(directory.path()),
            directory: directory.path().to_owned(),
            actor,
        })
    }

    pub(crate) fn backend(&self) -> &Backend {
        &self.backend
    }

    /// Returns the directory of the store, which has its locks and other files of this machine.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Returns whether this process has the install key of the store. Without it, a store on PostgreSQL can be read and
    /// verified, but not changed.
    pub fn has_install_key(&self) -> bool {
        self.has_install_key
    }

    /// Returns the install key.
    pub fn install_key(&self) -> &InstallKey {
        &self.install_key
    }

    /// Returns the id of the install key.
    pub fn install_key_id(&self) -> InstallKeyId {
        self.audit.install_key_id()
    }

    /// Returns the latest time that a process has seen on this store.
    pub fn latest_time(&self) -> &LatestTime {
        &self.latest_time
    }

    /// Returns the pool, for the desktop to hand to tauri-plugin-sql, which closes it at exit.
    pub fn pool(&self) -> StorePool {
        match &self.backend {
            Backend::Sqlite(store) => StorePool::Sqlite(store.pool()),
            Backend::Postgres(store) => StorePool::Postgres(store.pool()),
        }
    }

    /// Returns the database file; `None` on PostgreSQL.
    pub fn path(&self) -> Option<&Path> {
        match &self.backend {
            Backend::Sqlite(store) => Some(store.path()),
            Backend::Postgres(_) => None,
        }
    }

    /// Returns the handle of the database file beside those of SQLite; `None` on PostgreSQL.
    pub fn file(&self) -> Option<Arc<DatabaseFile>> {
        match &self.backend {
            Backend::Sqlite(store) => Some(store.file()),
            Backend::Postgres(_) => None,
        }
    }

    /// Returns the audit chain.
    pub(crate) fn audit_chain(&self) -> &AuditChain {
        &self.audit
    }

    /// Returns the id of the last commit of any process. It differs after every commit. On PostgreSQL, it is the last one that
    /// this process has learned of, usually within milliseconds.
    ///
    /// # Errors
    /// `Failed` if the header cannot be read, the database is in WAL mode (its change counter does not move), or the
    /// file was deleted, moved, or replaced.
    pub fn last_commit(&self) -> Result<CommitId, StoreError> {
        match &self.backend {
            Backend::Sqlite(store) => store.last_commit(),
            Backend::Postgres(store) => store.last_commit(),
        }
    }

    /// Reads the id of the last commit of any process from the database.
    ///
    /// # Errors
    /// As [`Store::last_commit`].
    pub async fn current_commit(&self) -> Result<CommitId, StoreError> {
        match &self.backend {
            Backend::Sqlite(store) => store.last_commit(),
            Backend::Postgres(store) => store.current_commit().await,
        }
    }

    /// Listens for commits of any program; `None` on SQLite.
    pub fn listen(&self) -> Option<CommitListener> {
        match &self.backend {
            Backend::Sqlite(_) => None,
            Backend::Postgres(store) => Some(CommitListener::start(store.options())),
        }
    }

    /// Returns a pooled connection for reading.
    ///
    /// # Errors
    /// `Busy` or `Failed`.
    pub async fn read(&self) -> Result<Connection<'static>, StoreError> {
        match &self.backend {
            Backend::Sqlite(store) => Ok(store.read().await?.into()),
            Backend::Postgres(store) => Ok(store.read().await?.into()),
        }
    }

    /// Begins a write transaction, which excludes other writers.
    ///
    /// # Errors
    /// `Busy` after 5 s, `ReadOnly`, or `Failed`; on PostgreSQL `NoInstallKey`.
    pub async fn write(&self) -> Result<Write<'static>, StoreError> {
        self.check_install_key()?;
        match &self.backend {
            Backend::Sqlite(store) => Ok(self.begin(store.write().await?.into(), None)),
            Backend::Postgres(store) => {
                let (transaction, shared) = store.write().await?;
                Ok(self.begin(transaction.into(), Some(shared)))
            }
        }
    }

    /// Begins a write transaction of many rows in a store that no other program uses, because SQLite locks readers out.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub(crate) async fn write_many(&self) -> Result<Write<'static>, StoreError> {
        match &self.backend {
            Backend::Sqlite(store) => Ok(self.begin(store.write_many().await?.into(), None)),
            Backend::Postgres(_) => self.write().await,
        }
    }

    fn begin(
        &self,
        connection: Connection<'static>,
        shared: Option<SharedCommit>,
    ) -> Write<'static> {
        Write::new(connection, self.actor, Arc::clone(&self.audit), shared)
    }

    fn check_install_key(&self) -> Result<(), StoreError> {
        match self.has_install_key {
            true => Ok(()),
            false => Err(PostgresError::NoInstallKey.into()),
        }
    }

    /// Closes every connection.
    pub async fn close(&self) {
        match &self.backend {
            Backend::Sqlite(store) => store.close().await,
            Backend::Postgres(store) => store.close().await,
        }
    }
}
