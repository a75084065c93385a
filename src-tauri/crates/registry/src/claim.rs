//! The claim lock: how one process knows that another is still showing a key. Each process holds an operating-system
//! lock on a file of its own for its whole life; the system frees it when the process dies. No clock is involved, so
//! sleep, suspend and clock jumps change nothing. Used by `issue`, `list` and `sweep`.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use keystile_keys::{ProjectId, os_random};

const FOLDER: &str = "claims";

/// This process's own lock, freed when it is dropped or the process dies.
#[derive(Debug)]
pub(crate) struct Claim {
    name: String,
    path: PathBuf,
    _lock: File,
}

impl Claim {
    /// Makes and locks a new file below `directory`.
    pub(crate) fn hold(directory: &Path) -> io::Result<Self> {
        let folder = directory.join(FOLDER);
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        // Whatever the umask says.
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
        loop {
            // Any 12 random characters do; an id's are as good as others.
            let name = ProjectId::generate(&mut os_random())
                .map_err(io::Error::other)?
                .to_string();
            let path = folder.join(&name);
            let file = private(OpenOptions::new().write(true).create_new(true)).open(&path)?;
            match file.try_lock() {
                // Between these two calls another process may have found the file unlocked and removed it: look again.
                Ok(()) if is_still_there(&path) => {
                    return Ok(Self {
                        name,
                        path,
                        _lock: file,
                    });
                }
                Ok(()) | Err(TryLockError::WouldBlock) => {}
                // A file system without locks.
                Err(TryLockError::Error(error)) => {
                    if let Err(error) = std::fs::remove_file(&path) {
                        tracing::debug!(%error, "claim file");
                    }
                    return Err(error);
                }
            }
        }
    }

    /// The name that pending keys carry.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether others can still find the file. When somebody emptied the folder, a new claim is needed.
    pub(crate) fn is_intact(&self) -> bool {
        is_still_there(&self.path)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // A file that stays behind is found unlocked and removed by the next sweep.
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::debug!(%error, "claim file");
        }
    }
}

fn is_still_there(path: &Path) -> bool {
    path.exists()
}

/// The claim of a process that has died. While this is held, nobody else believes to be the one who found out.
#[derive(Debug)]
pub(crate) struct DeadClaim {
    path: Option<PathBuf>,
    _lock: Option<File>,
}

impl DeadClaim {
    /// Says whether the process that holds `name` is dead, and takes its lock if so. A file that is gone was freed.
    pub(crate) fn take(directory: &Path, name: &str) -> io::Result<Option<Self>> {
        // The name comes from the database: it must not lead out of the folder.
        if name.parse::<ProjectId>().is_err() {
            return Ok(Some(Self {
                path: None,
                _lock: None,
            }));
        }
        let path = directory.join(FOLDER).join(name);
        let file = match OpenOptions::new().write(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Some(Self {
                    path: None,
                    _lock: None,
                }));
            }
            Err(error) => return Err(error),
        };
        match file.try_lock() {
            Ok(()) => Ok(Some(Self {
                path: Some(path),
                _lock: Some(file),
            })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// The process is dead and everything of it was settled: the file has served.
    pub(crate) fn remove(self) {
        if let Some(path) = &self.path
            && let Err(error) = std::fs::remove_file(path)
        {
            tracing::debug!(%error, "claim file");
        }
    }
}

/// The names of all claim files.
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
