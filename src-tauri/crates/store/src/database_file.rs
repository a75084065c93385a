//! The one handle with which this process looks at the database file beside SQLite's own. On Unix, closing *any*
//! descriptor of a file drops all of the process's locks on it, SQLite's too (fcntl(2)); so a handle that was opened
//! once is kept until the process ends, and nothing else in the program opens the file. Opened by `open` only; the verifier
//! reads the change counter with it.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Never shrinks: see above. One entry a file, recognised by device and inode, so that a replaced file gets its own.
static HANDLES: Mutex<Vec<Arc<DatabaseFile>>> = Mutex::new(Vec::new());

/// A database file of this process.
#[derive(Debug)]
pub struct DatabaseFile {
    file: File,
    identity: Identity,
}

/// What the header says of the last commit: <https://www.sqlite.org/fileformat2.html#the_database_header>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderProbe {
    /// Whether both version bytes (18 and 19) say "rollback journal". In WAL mode the counter stands still.
    pub rollback: bool,
    /// The last commit.
    pub commit: CommitId,
}

/// Tells one commit from every other, also after a backup was put in the place of the database and more was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CommitId {
    /// SQLite's file change counter (byte 24): moves with every commit that changes something. Unsigned, wraps.
    pub change_counter: u32,
    /// The random number that every commit of Keystile writes (`PRAGMA user_version`, byte 60). Never `u32::MAX`.
    pub nonce: u32,
}

impl CommitId {
    /// Both numbers in one. Never `u64::MAX`.
    pub fn as_u64(self) -> u64 {
        (u64::from(self.change_counter) << 32) | u64::from(self.nonce)
    }
}

/// Bytes 18–19 and 68–71 of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) wal: bool,
    pub(crate) application_id: i64,
}

impl DatabaseFile {
    /// Opens the file, making it with mode 0600 when it is not there.
    pub(crate) fn open(path: &Path) -> io::Result<Arc<Self>> {
        Self::open_with(path, true)
    }

    /// Opens the file if it is there.
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

    /// Reads 46 bytes at offset 18: a fifth to a third of a microsecond, no lock. An empty file (new database) reads as zero.
    ///
    /// # Errors
    /// As every read of a file.
    pub fn probe(&self) -> io::Result<HeaderProbe> {
        let mut bytes = [0_u8; 46];
        let number = |bytes: &[u8; 46], at: usize| {
            u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        match read_exact_at(&self.file, &mut bytes, 18) {
            Ok(()) => Ok(HeaderProbe {
                rollback: bytes[0] == 1 && bytes[1] == 1,
                commit: CommitId {
                    change_counter: number(&bytes, 24 - 18),
                    nonce: number(&bytes, 60 - 18),
                },
            }),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(HeaderProbe {
                rollback: true,
                commit: CommitId {
                    change_counter: 0,
                    nonce: 0,
                },
            }),
            Err(error) => Err(error),
        }
    }

    /// Whether this is still the file at `path`: not deleted, moved or replaced.
    pub fn is_at(&self, path: &Path) -> bool {
        Identity::of_path(path).is_ok_and(|found| found == self.identity)
    }

    /// What the header says of whose file this is, before SQLite touches it: connecting already turns a WAL file into
    /// one with a rollback journal. `None` when there is no header (a new file, or none of SQLite's).
    pub(crate) fn signature(&self) -> io::Result<Option<Signature>> {
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
        Ok(Some(Signature {
            wal: header[18] == 2 || header[19] == 2,
            application_id: number(68).into(),
        }))
    }

    /// Brings the mode back to 0600. Called once the file is known to be ours.
    pub(crate) fn tighten(&self) -> io::Result<()> {
        tighten(&self.file)
    }

    /// Bytes.
    pub(crate) fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }
}

fn lock() -> MutexGuard<'static, Vec<Arc<DatabaseFile>>> {
    // A poisoned list is still a correct list: entries are pushed whole.
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

/// Elsewhere locks belong to handles, not to processes, so a path is identity enough.
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

/// The system call itself: the C library's `pread` can be cancelled, and arranging for that costs a tenth of it.
#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    let read = rustix::io::retry_on_intr(|| rustix::io::pread(file, &mut *bytes, offset))?;
    if read == bytes.len() {
        Ok(())
    } else {
        // A regular file gives all it has.
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

/// Mode 0600 from the first moment on, so that there is no moment at which others could open it.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// A file that got a wider mode (a restored backup, a copy) is brought back to 0600.
#[cfg(unix)]
pub(crate) fn tighten(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        tracing::warn!("a file of the store was open to other users; its mode is 0600 again");
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

/// On Windows the user's profile directory keeps others out; there is no mode to set.
#[cfg(not(unix))]
pub(crate) fn tighten(_file: &File) -> io::Result<()> {
    Ok(())
}
