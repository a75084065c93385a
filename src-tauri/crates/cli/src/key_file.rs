//! A new file in place of the clipboard, for `key create --out`. The registry commits the claim only after the key was
//! written: a failed write discards the key.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use keystile_registry::{Clipboard, ClipboardError, Fingerprint};

use crate::error::{CliError, FileAccess};

/// Writes the key to a file that only its owner can read. The file is created before the key is issued, and removed on
/// drop unless [`KeyFile::keep`] was called.
pub(crate) struct KeyFile {
    path: PathBuf,
    file: File,
    is_kept: AtomicBool,
}

impl KeyFile {
    /// Creates the file with mode 0600.
    ///
    /// # Errors
    /// `file_exists` if the file exists, `system` if it cannot be created.
    pub(crate) fn create(path: &Path) -> Result<Self, CliError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        match options.open(path) {
            Ok(file) => Ok(Self {
                path: path.to_owned(),
                file,
                is_kept: AtomicBool::new(false),
            }),
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Err(CliError::new(
                "file_exists",
                format!("{} already exists. No key was created.", path.display()),
                "Choose another file.",
            )),
            Err(cause) => Err(CliError::file(
                "Cannot create",
                path,
                FileAccess::Create,
                &cause,
            )),
        }
    }

    /// Keeps the file after drop.
    pub(crate) fn keep(&self) {
        self.is_kept.store(true, Ordering::Relaxed);
    }
}

impl Clipboard for KeyFile {
    /// Writes the key, and syncs the file and its folder to disk.
    fn write_secret(&self, text: &str) -> Result<(), ClipboardError> {
        let mut file = &self.file;
        file.write_all(text.as_bytes())
            .and_then(|()| file.write_all(b"\n"))
            .and_then(|()| file.sync_all())
            .and_then(|()| sync_parent(&self.path))
            .map_err(|cause| ClipboardError(cause.to_string()))
    }

    fn contains_any(&self, _texts: &[Fingerprint]) -> Result<bool, ClipboardError> {
        Ok(false)
    }

    fn clear(&self, _texts: &[Fingerprint]) -> Result<(), ClipboardError> {
        Ok(())
    }
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        if !self.is_kept.load(Ordering::Relaxed)
            && let Err(cause) = std::fs::remove_file(&self.path)
        {
            tracing::debug!(%cause, path = %self.path.display(), "cannot remove an unused key file");
        }
    }
}

/// Windows writes folder entries by itself and does not open a folder as a file.
fn sync_parent(path: &Path) -> io::Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    File::open(parent)?.sync_all()
}
