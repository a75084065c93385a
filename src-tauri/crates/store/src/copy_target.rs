//! The target of a copy: an open store with the install key of the source.

use std::path::{Path, PathBuf};

use keystile_keys::Tagger;

use crate::copy_error::CopyError;
use crate::error::{StoreError, unwritable};
use crate::install_key::InstallKeyFile;
use crate::postgres::error::PostgresError;
use crate::private_directory::create_private_directory;
use crate::schema::DATABASE_FILE;
use crate::store::Store;
use crate::store_address::StoreAddress;

/// An open target.
pub(crate) struct CopyTarget {
    pub(crate) store: Store,
    /// The file with the install key, if it was written on this machine for a PostgreSQL database.
    pub(crate) install_key_file: Option<PathBuf>,
}

impl CopyTarget {
    /// Opens the target, and creates a store without rows if there is none.
    ///
    /// # Errors
    /// `OtherStore` if the target has another install key; `Target`.
    pub(crate) async fn open(
        source: &Store,
        address: &StoreAddress,
        actor: &'static str,
    ) -> Result<Self, CopyError> {
        let mut install_key_file = None;
        let opened = match address {
            StoreAddress::Folder(directory) => {
                if !directory.join(DATABASE_FILE).is_file() {
                    write_install_key(source, directory)?;
                }
                Store::open(directory, actor).await
            }
            StoreAddress::Postgres(database) => {
                match Store::create_with_install_key_of(source, database).await {
                    Ok(created) => install_key_file = created.install_key_file,
                    Err(StoreError::Postgres(PostgresError::StoreExists)) => {}
                    Err(error) => return Err(CopyError::Target(error)),
                }
                Store::open_at(address, actor).await
            }
        };
        let store = opened.map_err(CopyError::Target)?;
        if store.has_install_key() && store.install_key_id() != source.install_key_id() {
            store.close().await;
            return Err(CopyError::OtherStore);
        }
        Ok(Self {
            store,
            install_key_file,
        })
    }
}

/// Writes the install key of the source into a folder without a database.
fn write_install_key(source: &Store, directory: &Path) -> Result<(), CopyError> {
    create_private_directory(directory).map_err(CopyError::Target)?;
    let written = InstallKeyFile::open(directory)
        .and_then(|mut file| file.read_or_write(source.install_key()));
    let key = written.map_err(|cause| CopyError::Target(unwritable(directory, cause)))?;
    if Tagger::new(&key).install_key_id() != source.install_key_id() {
        return Err(CopyError::OtherStore);
    }
    Ok(())
}
