//! `install.key`: 32 random bytes beside the database, mode 0600, under which secrets are tagged. Its loss invalidates
//! no key, because tags are recomputed.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use keystile_keys::InstallKey;

use crate::database_file::{private, tighten};

/// The open file. Its lock excludes other processes while a database is created or migrated.
pub(crate) struct InstallKeyFile {
    file: File,
}

impl InstallKeyFile {
    /// Opens or creates the file.
    pub(crate) fn open(directory: &Path) -> io::Result<Self> {
        let file = private(
            OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false),
        )
        .open(directory.join("install.key"))?;
        tighten(&file)?;
        Ok(Self { file })
    }

    /// Locks the file until this value is dropped. Returns `false` if another process has the lock.
    pub(crate) fn try_lock(&mut self) -> io::Result<bool> {
        match self.file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Writes a key into an empty file. Returns the key of the file.
    pub(crate) fn read_or_write(&mut self, key: &InstallKey) -> io::Result<InstallKey> {
        if self.file.metadata()?.len() == 0 {
            self.file.write_all(key.expose())?;
            self.file.sync_all()?;
        }
        self.read_or_create()
    }

    /// Reads the key. Replaces an empty file or one of another length by a new key, because tags can be recomputed.
    pub(crate) fn read_or_create(&mut self) -> io::Result<InstallKey> {
        let mut bytes = Vec::with_capacity(33);
        self.file.seek(SeekFrom::Start(0))?;
        (&self.file).take(33).read_to_end(&mut bytes)?;
        if let Ok(bytes) = <[u8; 32]>::try_from(bytes.as_slice()) {
            return Ok(InstallKey::from_bytes(bytes));
        }
        if !bytes.is_empty() {
            tracing::warn!("install.key had the wrong length and was replaced");
        }
        let key =
            InstallKey::generate(&mut keystile_keys::os_random()).map_err(io::Error::other)?;
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(key.expose())?;
        self.file.sync_all()?;
        Ok(key)
    }
}
