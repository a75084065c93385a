//! `install.key`: 32 random bytes beside the database, mode 0600, under which secrets are tagged. `open` reads or makes
//! it. It is never in the database, a backup or an export; losing it loses no key (tags are made anew).

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use keystile_keys::InstallKey;

use crate::database_file::{private, tighten};

/// The open file. While it is locked, no other process makes or migrates a database in this directory.
pub(crate) struct InstallKeyFile {
    file: File,
}

impl InstallKeyFile {
    /// Opens or makes the file.
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

    /// Takes the lock, which ends with this value, unless another program has it.
    pub(crate) fn try_lock(&mut self) -> io::Result<bool> {
        match self.file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// The key in the file; a new one when the file is empty. A file of another length was cut short or is foreign: it
    /// is replaced, because tags can be made anew and a half-known key protects nothing.
    pub(crate) fn read_or_make(&mut self) -> io::Result<InstallKey> {
        let mut bytes = Vec::with_capacity(33);
        self.file.seek(SeekFrom::Start(0))?;
        (&self.file).take(33).read_to_end(&mut bytes)?;
        if let Ok(bytes) = <[u8; 32]>::try_from(bytes.as_slice()) {
            return Ok(InstallKey::from_bytes(bytes));
        }
        if !bytes.is_empty() {
            tracing::warn!("install.key had the wrong length and was made anew");
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
