//! Creates and migrates stores on PostgreSQL.

use std::path::PathBuf;

use keystile_keys::{InstallKey, ProjectId, Tagger, os_random};
use sqlx::Connection as _;

use crate::error::StoreError;
use crate::postgres::address::PostgresAddress;
use crate::postgres::deployment::{Deployment, SCHEMA_VERSION};
use crate::postgres::error::PostgresError;
use crate::postgres::migrate::{lock_creation, migrate};
use crate::postgres::open::{connect, connect_to_store};
use crate::postgres::roles;
use crate::state_directory::{StateDirectory, install_key_of_environment};
use crate::store::Store;

/// A store that was created.
#[derive(Debug)]
pub struct CreatedStore {
    /// The id of the deployment.
    pub deployment: String,
    /// The file with the new install key; `None` if the environment gives the key.
    pub install_key_file: Option<PathBuf>,
}

impl Store {
    /// Creates a store in an empty PostgreSQL database. Uses the install key of the environment, or a new one, which is
    /// stored on this machine.
    ///
    /// # Errors
    /// `StoreExists`, or the database cannot be written.
    pub async fn create_in(address: &PostgresAddress) -> Result<CreatedStore, StoreError> {
        let given = install_key_of_environment()?;
        let (key, is_new) = match given {
            Some(key) => (key, false),
            None => (
                InstallKey::generate(&mut os_random()).map_err(failed)?,
                true,
            ),
        };
        Self::create_with_key(address, &key, is_new).await
    }

    /// Creates a store with the install key of another one, which is stored on this machine unless the environment gives it.
    ///
    /// # Errors
    /// `StoreExists`; `OtherInstallKey` if the environment gives another key; or the database cannot be written.
    pub(crate) async fn create_with_install_key_of(
        other: &Self,
        address: &PostgresAddress,
    ) -> Result<CreatedStore, StoreError> {
        let given = install_key_of_environment()?;
        if let Some(given) = &given
            && Tagger::new(given).install_key_id() != other.install_key_id()
        {
            return Err(PostgresError::OtherInstallKey.into());
        }
        Self::create_with_key(address, other.install_key(), given.is_none()).await
    }

    async fn create_with_key(
        address: &PostgresAddress,
        key: &InstallKey,
        stores_key: bool,
    ) -> Result<CreatedStore, StoreError> {
        let mut connection = connect(address).await?;
        lock_creation(&mut connection).await?;
        if Deployment::exists(&mut connection).await? {
            return Err(PostgresError::StoreExists.into());
        }
        migrate(&mut connection).await?;
        // Any random text of letters and digits would do.
        let id = ProjectId::generate(&mut os_random()).map_err(failed)?;
        // Before the row, so that no store is without its key.
        let directory = StateDirectory::open(address, id.as_str())?;
        let install_key_file = match stores_key {
            true => Some(directory.write_install_key(key)?),
            false => None,
        };
        let install_key_id = Tagger::new(key).install_key_id();
        Deployment::add(&mut connection, id.as_str(), install_key_id).await?;
        connection.close().await?;
        Ok(CreatedStore {
            deployment: id.to_string(),
            install_key_file,
        })
    }

    /// Creates the roles of [`ROLES_SQL`](crate::ROLES_SQL), or updates their privileges.
    ///
    /// # Errors
    /// `NoStore`; `MissingPrivilege` if the user may not create roles; or the database cannot be written.
    pub async fn apply_roles(address: &PostgresAddress) -> Result<(), StoreError> {
        let (mut connection, _) = connect_to_store(address).await?;
        roles::apply(&mut connection).await?;
        Ok(connection.close().await?)
    }

    /// Brings the schema of a store on PostgreSQL up to date, and returns its version. Programs of the version before keep
    /// working.
    ///
    /// # Errors
    /// `NoStore`, `NewSchema`, or the database cannot be written.
    pub async fn migrate(address: &PostgresAddress) -> Result<i64, StoreError> {
        let mut connection = connect(address).await?;
        Deployment::read(&mut connection).await?.check_program()?;
        migrate(&mut connection).await?;
        connection.close().await?;
        Ok(SCHEMA_VERSION)
    }
}

fn failed(cause: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Failed {
        cause: Box::new(cause),
    }
}
