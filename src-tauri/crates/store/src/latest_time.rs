//! The latest time that a Keystile process has seen on a store. It decides about expiries and pauses, so that a clock
//! that is set back revives no key. It is in a file of its own, because a write to the database would move its change
//! counter, and every process would read keys again.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use keystile_keys::Timestamp;

/// The file name, beside the database. The file contains milliseconds since 1970 as 20 digits.
pub const LATEST_TIME_FILE: &str = "latest-time";
/// How much later than the file the time must be before it is written although nothing depends on it.
const WRITE_INTERVAL: Duration = Duration::from_secs(30);
/// A clock that is this much behind the latest time was set back. Threads that read it one after the other differ by less.
const SET_BACK: Duration = Duration::from_secs(1);

/// The latest time of one store.
#[derive(Debug)]
pub struct LatestTime {
    path: PathBuf,
    seen: AtomicI64,
    /// What the file contains at least.
    written: AtomicI64,
}

impl LatestTime {
    /// Reads the file in the directory of a store. A missing or damaged file counts as the beginning of 1970.
    pub(crate) fn open(directory: &Path) -> Self {
        let opened = Self {
            path: directory.join(LATEST_TIME_FILE),
            seen: AtomicI64::new(0),
            written: AtomicI64::new(0),
        };
        opened.read_file();
        opened
    }

    /// Learns what other processes have seen since the file was opened. Too slow for a request.
    pub fn read_file(&self) {
        if let Some(millis) = File::open(&self.path)
            .ok()
            .and_then(|mut file| read(&mut file))
        {
            self.learn(millis);
        }
    }

    fn learn(&self, written: i64) {
        self.seen.fetch_max(written, Ordering::AcqRel);
        self.written.fetch_max(written, Ordering::AcqRel);
    }

    /// Returns the latest time that this process has seen or read from the file.
    pub fn get(&self) -> Timestamp {
        Timestamp::from_millis(self.seen.load(Ordering::Acquire))
    }

    /// Returns `now`, or the latest time if that is later.
    pub fn observe(&self, now: Timestamp) -> Timestamp {
        let seen = self.get();
        if now <= seen {
            // Without a write, so that cores share the cache line.
            return seen;
        }
        let before = self.seen.fetch_max(now.as_millis(), Ordering::AcqRel);
        now.max(Timestamp::from_millis(before))
    }

    /// Tells later processes that a time has passed. Writes once for each such time, a few bytes and without waiting: if
    /// another process writes at the moment, the next call tries again.
    pub fn remember(&self, passed: Timestamp) {
        if self.written.load(Ordering::Acquire) < passed.as_millis() {
            self.write();
        }
    }

    /// Writes the time if it is much later than that in the file, or if a process that starts now would not see it: the
    /// clock was set back.
    pub fn write_if_due(&self, now: Timestamp) {
        let written = Timestamp::from_millis(self.written.load(Ordering::Acquire));
        let seen = self.get();
        let is_set_back = written < seen && now.saturating_add(SET_BACK) <= seen;
        if is_set_back || seen >= written.saturating_add(WRITE_INTERVAL) {
            self.write();
        }
    }

    /// Writes the time unless another process has written a later one. A failure is logged: the time stays in memory.
    fn write(&self) {
        let seen = self.seen.load(Ordering::Acquire);
        match write(&self.path, seen) {
            Ok(None) => {}
            Ok(Some(written)) => self.learn(written),
            Err(error) => {
                // Not tried again by the next request.
                self.written.fetch_max(seen, Ordering::AcqRel);
                tracing::warn!(%error, path = %self.path.display(), "writing the latest time failed");
            }
        }
    }
}

/// Writes a time, or returns the later one in the file; `None` if another process writes at the moment.
fn write(path: &Path, millis: i64) -> io::Result<Option<i64>> {
    let mut file = private(
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false),
    )
    .open(path)?;
    // Released when the file is closed.
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let known = read(&mut file).unwrap_or_default();
    if known >= millis {
        return Ok(Some(known));
    }
    file.seek(SeekFrom::Start(0))?;
    file.write_all(format!("{millis:020}\n").as_bytes())?;
    Ok(Some(millis))
}

fn read(file: &mut File) -> Option<i64> {
    let mut text = String::new();
    file.take(64).read_to_string(&mut text).ok()?;
    text.trim_end().parse().ok()
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
