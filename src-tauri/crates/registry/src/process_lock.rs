//! Process locks: how one process knows that another still shows a key or runs a gateway. The process holds an
//! operating-system lock on a file of its own; the system releases it when the process dies. This does not depend on
//! time, so suspending the machine or changing its clock has no effect.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use keystile_keys::{ProjectId, os_random};

const FOLDER: &str = "locks";

/// The lock of this process. It is released when it is dropped or the process dies.
#[derive(Debug)]
pub(crate) struct ProcessLock {
    name: String,
    path: PathBuf,
    _file: File,
}

impl ProcessLock {
    /// Creates and locks a new file below `directory`, whose random name ends with `suffix`.
    pub(crate) fn acquire(directory: &Path, suffix: &str) -> io::Result<Self> {
        let folder = directory.join(FOLDER);
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        // Explicit, so that it does not depend on the umask.
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
        loop {
            // Any random name works; an id has 12 random characters.
            let id = ProjectId::generate(&mut os_random()).map_err(io::Error::other)?;
            let name = format!("{id}{suffix}");
            let path = folder.join(&name);
            let file = private(OpenOptions::new().write(true).create_new(true)).open(&path)?;
            match file.try_lock() {
                // Between the two calls a sweep of another process may have removed the unlocked file.
                Ok(()) if path.exists() => {
                    return Ok(Self {
                        name,
                        path,
                        _file: file,
                    });
                }
                Ok(()) | Err(TryLockError::WouldBlock) => {}
                // The file system does not support locks.
                Err(TryLockError::Error(error)) => {
                    remove(&path);
                    return Err(error);
                }
            }
        }
    }

    /// Returns the name that pending keys refer to.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether the file still exists, so that other processes can find the lock.
    pub(crate) fn is_intact(&self) -> bool {
        self.path.exists()
    }
}

impl Drop for ProcessLock {
    fn drop(&mut self) {
        // If this fails, the next sweep finds the file unlocked and removes it.
        remove(&self.path);
    }
}

/// The lock of a process that died. While it is held, no other process treats that process's keys as abandoned.
#[derive(Debug)]
pub(crate) struct StaleLock {
    path: Option<PathBuf>,
    _file: Option<File>,
}

impl StaleLock {
    /// Acquires the lock `name`; `None` if its process is alive. A lock without a file was released.
    pub(crate) fn acquire(directory: &Path, name: &str) -> io::Result<Option<Self>> {
        let without_file = Self {
            path: None,
            _file: None,
        };
        // The name comes from the database: it must not lead out of the folder.
        let is_in_folder = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if name.is_empty() || !name.bytes().all(is_in_folder) {
            return Ok(Some(without_file));
        }
        let path = directory.join(FOLDER).join(name);
        let file = match OpenOptions::new().write(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Some(without_file));
            }
            Err(error) => return Err(error),
        };
        match file.try_lock() {
            Ok(()) => Ok(Some(Self {
                path: Some(path),
                _file: Some(file),
            })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Removes the file after the keys of the process were settled.
    pub(crate) fn remove(self) {
        if let Some(path) = &self.path {
            remove(path);
        }
    }
}

/// Returns whether a process holds the lock `name` exclusively. Callers do not exclude each other.
pub(crate) fn is_held(directory: &Path, name: &str) -> io::Result<bool> {
    let file = match File::open(directory.join(FOLDER).join(name)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Returns the names of all locks.
pub(crate) fn names(directory: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory.join(FOLDER))? {
        if let Ok(name) = entry?.file_name().into_string() {
            names.push(name);
        }
    }
    Ok(names)
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path) {
        tracing::debug!(%error, "removing a process lock failed");
    }
}
