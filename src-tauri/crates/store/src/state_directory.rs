//! The folder with the files of this machine for a store on PostgreSQL: locks, the request log, the latest time, the id of
//! the machine, and, if it is not given otherwise, the install key.

use std::fs::OpenOptions;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use keystile_keys::{InstallKey, ProjectId, os_random};

use crate::database_file::private;
use crate::default_directory::default_directory;
use crate::error::{StoreError, unwritable};
use crate::postgres::address::PostgresAddress;
use crate::postgres::error::PostgresError;
use crate::private_directory::create_private_directory;

/// The environment variable with the folder of the files of this machine.
pub const STATE_VARIABLE: &str = "KEYSTILE_STATE";
/// The environment variable with the install key in hexadecimal.
pub const INSTALL_KEY_VARIABLE: &str = "KEYSTILE_INSTALL_KEY";
/// The environment variable with the path of the install key.
pub const INSTALL_KEY_FILE_VARIABLE: &str = "KEYSTILE_INSTALL_KEY_FILE";
/// The name of the file of the install key.
const INSTALL_KEY_FILE: &str = "install.key";

/// The files of this machine for one deployment.
#[derive(Debug)]
pub(crate) struct StateDirectory {
    path: PathBuf,
}

impl StateDirectory {
    /// Opens or creates the folder.
    ///
    /// # Errors
    /// `NoStateFolder`, or the folder cannot be created.
    pub(crate) fn open(address: &PostgresAddress, deployment: &str) -> Result<Self, StoreError> {
        let path = base_directory(address)?.join(deployment);
        create_private_directory(&path)?;
        Ok(Self { path })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the id of this machine, which is created on first use.
    ///
    /// # Errors
    /// The file cannot be read or created.
    pub(crate) fn machine(&self) -> Result<String, StoreError> {
        let path = self.path.join("machine");
        self.read_or_create_machine(&path)
            .map_err(|cause| unwritable(&path, cause))
    }

    fn read_or_create_machine(&self, path: &Path) -> io::Result<String> {
        loop {
            match std::fs::read_to_string(path) {
                Ok(text) if text.trim().parse::<ProjectId>().is_ok() => {
                    return Ok(text.trim().to_owned());
                }
                // It is replaced as a whole, so that two processes never see different ids.
                Ok(_) => std::fs::remove_file(path)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
            // Any random text of letters and digits would do.
            let id = ProjectId::generate(&mut os_random()).map_err(io::Error::other)?;
            let mut file = tempfile::Builder::new()
                .prefix(".machine.")
                .tempfile_in(&self.path)?;
            file.write_all(id.as_str().as_bytes())?;
            match file.persist_noclobber(path) {
                Ok(_) => {}
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error.error),
            }
        }
    }

    /// Returns the install key of the environment, or else the one in this folder; `None` without either.
    ///
    /// # Errors
    /// `InvalidInstallKey`, or the file cannot be read.
    pub(crate) fn install_key(&self) -> Result<Option<InstallKey>, StoreError> {
        match install_key_of_environment()? {
            Some(key) => Ok(Some(key)),
            None => read_install_key(&self.path.join(INSTALL_KEY_FILE)),
        }
    }

    /// Stores the install key in this folder with mode 0600, and returns the path of the file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn write_install_key(&self, key: &InstallKey) -> Result<PathBuf, StoreError> {
        let path = self.path.join(INSTALL_KEY_FILE);
        let write = || -> io::Result<()> {
            let mut file =
                private(OpenOptions::new().write(true).create(true).truncate(true)).open(&path)?;
            file.write_all(key.expose())?;
            file.sync_all()
        };
        write().map_err(|cause| unwritable(&path, cause))?;
        Ok(path)
    }
}

/// Returns the folder with the folders of all deployments.
fn base_directory(address: &PostgresAddress) -> Result<PathBuf, PostgresError> {
    if let Some(directory) = address.state_directory() {
        return Ok(directory.to_owned());
    }
    match std::env::var_os(STATE_VARIABLE) {
        Some(path) if !path.is_empty() => Ok(PathBuf::from(path)),
        _ => default_directory()
            .and_then(|store| Some(store.parent()?.join("postgres")))
            .ok_or(PostgresError::NoStateFolder),
    }
}

/// Returns the install key that the environment gives; `None` if it gives none.
///
/// # Errors
/// `InvalidInstallKey`, or the file cannot be read.
pub(crate) fn install_key_of_environment() -> Result<Option<InstallKey>, StoreError> {
    if let Some(path) = std::env::var_os(INSTALL_KEY_FILE_VARIABLE) {
        let key = read_install_key(Path::new(&path))?;
        return key
            .map(Some)
            .ok_or_else(|| PostgresError::InvalidInstallKey.into());
    }
    let Ok(text) = std::env::var(INSTALL_KEY_VARIABLE) else {
        return Ok(None);
    };
    let mut bytes = [0; 32];
    hex::decode_to_slice(text.trim(), &mut bytes).map_err(|_| PostgresError::InvalidInstallKey)?;
    Ok(Some(InstallKey::from_bytes(bytes)))
}

fn read_install_key(path: &Path) -> Result<Option<InstallKey>, StoreError> {
    let read = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(33);
        std::fs::File::open(path)?
            .take(33)
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = match read() {
        Ok(bytes) => zeroize::Zeroizing::new(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(unwritable(path, cause)),
    };
    let bytes = <[u8; 32]>::try_from(bytes.as_slice());
    let bytes = bytes.map_err(|_| PostgresError::InvalidInstallKey)?;
    Ok(Some(InstallKey::from_bytes(bytes)))
}
