//! Where `key create` writes the key: standard output or a new file. The registry prepares the claim, has this write the
//! key, and only then commits: when the write fails, the key is never claimed.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use keystile_registry::{Clipboard, ClipboardError, Fingerprint};

use crate::failure::Failure;

/// Writes a key, and nothing else, to standard output.
pub(crate) struct PrintKey;

impl Clipboard for PrintKey {
    fn write_secret(&self, text: &str) -> Result<(), ClipboardError> {
        write_line(&mut io::stdout().lock(), text).map_err(refused)
    }

    fn holds(&self, _texts: &[Fingerprint]) -> Result<bool, ClipboardError> {
        Ok(false)
    }

    fn clear(&self, _texts: &[Fingerprint]) -> Result<(), ClipboardError> {
        Ok(())
    }
}

/// Writes a key, and nothing else, to a file that only its owner may read. The file is made before a key is issued, and
/// removed again unless [`KeyFile::keep`] is called.
pub(crate) struct KeyFile {
    path: PathBuf,
    file: File,
    is_kept: AtomicBool,
}

impl KeyFile {
    /// Creates the file with mode 0600.
    ///
    /// # Errors
    /// `file_exists` when there is one already, `system` when it cannot be made.
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
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
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Err(Failure::new(
                "file_exists",
                format!("{} exists already and is not overwritten.", path.display()),
                "Choose another file. No key was created.",
            )),
            Err(cause) => Err(Failure::system(
                &format!("{} cannot be created", path.display()),
                &cause,
            )),
        }
    }

    /// Leaves the file where it is.
    pub(crate) fn keep(&self) {
        self.is_kept.store(true, Ordering::Relaxed);
    }
}

impl Clipboard for KeyFile {
    /// Writes the key and waits until it is on the disk, with the folder's entry for it.
    fn write_secret(&self, text: &str) -> Result<(), ClipboardError> {
        write_line(&mut &self.file, text)
            .and_then(|()| self.file.sync_all())
            .and_then(|()| sync_parent(&self.path))
            .map_err(refused)
    }

    fn holds(&self, _texts: &[Fingerprint]) -> Result<bool, ClipboardError> {
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
            tracing::debug!(%cause, "the file of a key that was not issued stays");
        }
    }
}

fn write_line(to: &mut impl Write, text: &str) -> io::Result<()> {
    to.write_all(text.as_bytes())?;
    to.write_all(b"\n")?;
    to.flush()
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn refused(cause: io::Error) -> ClipboardError {
    ClipboardError(cause.to_string())
}

/// Windows writes a folder's entries by itself and opens no folder as a file.
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
