//! The process's only handle of a database file beside those of SQLite. On Unix, closing any descriptor of a file
//! releases all locks of the process on it, including SQLite's (fcntl(2)). So each file is opened once and stays open
//! until the process ends.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::commit_id::CommitId;

/// The open files, by device and inode. Never shrinks; see the module.
static HANDLES: Mutex<Vec<Arc<DatabaseFile>>> = Mutex::new(Vec::new());

/// An open database file.
#[derive(Debug)]
pub struct DatabaseFile {
    file: File,
    identity: Identity,
}

/// The last commit according to the database header (<https://www.sqlite.org/fileformat2.html#the_database_header>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommitState {
    /// Whether both version bytes (18 and 19) mean rollback journal. In WAL mode the change counter does not move.
    pub is_rollback_journal: bool,
    /// The last commit.
    pub commit: CommitId,
}

/// The journal mode (bytes 18 and 19), user version (bytes 60–63), and application id (bytes 68–71) of the database header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DatabaseHeader {
    pub(crate) wal: bool,
    pub(crate) user_version: i64,
    pub(crate) application_id: i64,
}

impl DatabaseFile {
    /// Opens the file, or creates it with mode 0600.
    pub(crate) fn open(path: &Path) -> io::Result<Arc<Self>> {
        Self::open_with(path, true)
    }

    /// Opens an existing file.
    pub(crate) fn open_existing(path: &Path) -> io::Result<Arc<Self>> {
        Self::open_with(path, false)
    }

    fn open_with(path: &Path, create: bool) -> io::Result<Arc<Self>> {
        let mut handles = lock();
        if let Some(known) = Identity::of_path(path)
            .ok()
            .and_then(|identity| handles.iter().find(|known| known.identity == identity))
        {
            return Ok(Arc::clone(known));
        }
        let file = private(
            OpenOptions::new()
                .read(true)
                .write(true)
                .create(create)
                .truncate(false),
        )
        .open(path)?;
        let identity = Identity::of_file(&file, path)?;
        let opened = Arc::new(Self { file, identity });
        handles.push(Arc::clone(&opened));
        Ok(opened)
    }

    /// Reads the last commit from the header. Takes no lock and less than a third of a microsecond. An empty file reads
    /// as zero.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn commit_state(&self) -> io::Result<CommitState> {
        let mut bytes = [0_u8; 46];
        let number = |bytes: &[u8; 46], at: usize| {
            u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        match read_exact_at(&self.file, &mut bytes, 18) {
            Ok(()) => Ok(CommitState {
                is_rollback_journal: bytes[0] == 1 && bytes[1] == 1,
                commit: CommitId::from_header(number(&bytes, 24 - 18), number(&bytes, 60 - 18)),
            }),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(CommitState {
                is_rollback_journal: true,
                commit: CommitId::from_header(0, 0),
            }),
            Err(error) => Err(error),
        }
    }

    /// Returns whether this is still the file at `path`, not deleted, moved, or replaced.
    pub fn is_at(&self, path: &Path) -> bool {
        Identity::of_path(path).is_ok_and(|found| found == self.identity)
    }

    /// Reads the header without SQLite, because connecting would already switch a WAL file to a rollback journal.
    /// `None` if the file is new or not a SQLite database.
    pub(crate) fn header(&self) -> io::Result<Option<DatabaseHeader>> {
        let mut header = [0_u8; 100];
        match read_exact_at(&self.file, &mut header, 0) {
            Ok(()) if header.starts_with(b"SQLite format 3\0") => {}
            Ok(()) => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(error),
        }
        let number = |at: usize| {
            i32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        Ok(Some(DatabaseHeader {
            wal: header[18] == 2 || header[19] == 2,
            user_version: number(60).into(),
            application_id: number(68).into(),
        }))
    }

    /// Restores mode 0600.
    pub(crate) fn tighten(&self) -> io::Result<()> {
        tighten(&self.file)
    }

    /// Returns the size in bytes.
    pub(crate) fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }
}

fn lock() -> MutexGuard<'static, Vec<Arc<DatabaseFile>>> {
    // A poisoned list is still valid, because entries are pushed whole.
    HANDLES.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
}

#[cfg(unix)]
impl Identity {
    fn of_path(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        let metadata = std::fs::metadata(path)?;
        Ok(Self {
            device: metadata.dev(),
            inode: metadata.ino(),
        })
    }

    fn of_file(file: &File, _path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        let metadata = file.metadata()?;
        Ok(Self {
            device: metadata.dev(),
            inode: metadata.ino(),
        })
    }
}

/// On other systems locks belong to handles, not to processes, so the path is sufficient.
#[cfg(not(unix))]
#[derive(Debug, Clone, PartialEq, Eq)]
struct Identity(std::path::PathBuf);

#[cfg(not(unix))]
impl Identity {
    fn of_path(path: &Path) -> io::Result<Self> {
        std::fs::canonicalize(path).map(Self)
    }

    fn of_file(_file: &File, path: &Path) -> io::Result<Self> {
        Self::of_path(path)
    }
}

/// Calls `pread` directly: that of the C library is a cancellation point, which makes it a tenth slower.
#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    let read = rustix::io::retry_on_intr(|| rustix::io::pread(file, &mut *bytes, offset))?;
    if read == bytes.len() {
        Ok(())
    } else {
        // A short read of a regular file is its end.
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

#[cfg(windows)]
fn read_exact_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    let read = std::os::windows::fs::FileExt::seek_read(file, bytes, offset)?;
    if read == bytes.len() {
        Ok(())
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

/// Creates files with mode 0600, so that other users can never open them.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Restores mode 0600, for example after a backup was restored.
#[cfg(unix)]
pub(crate) fn tighten(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        tracing::warn!("other users could access a file of the store; restored mode 0600");
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

/// On Windows, the profile directory of the user restricts access.
#[cfg(not(unix))]
pub(crate) fn tighten(_file: &File) -> io::Result<()> {
    Ok(())
}
