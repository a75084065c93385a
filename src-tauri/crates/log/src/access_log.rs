//! The access log: one line for each request. A separate thread writes; if it cannot keep up, lines are dropped and
//! counted, so that no request waits.

use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use serde::Serialize;
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};

use crate::rotating_file::RotatingFile;

/// Size in bytes at which an access log is rotated.
const MAX_BYTES: u64 = 64 * 1024 * 1024;
/// Number of rotated access logs that are kept.
const MAX_OLD_FILES: u32 = 4;
/// Maximum number of lines that wait to be written.
const QUEUE_CAPACITY: usize = 16_384;

/// The format of lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// Text: time, client, method and path, status, milliseconds, key id, decision.
    #[default]
    Text,
    /// A JSON object with the field names of [`Entry`].
    Json,
}

/// A request with its response.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// When it arrived.
    pub time: SystemTime,
    /// The address of the client, if known.
    pub client: Option<IpAddr>,
    /// The method.
    pub method: &'a str,
    /// The path, without the query. Must not contain a key.
    pub path: &'a str,
    /// The status of the response.
    pub status: u16,
    /// The time from the request head to the end of the response.
    pub duration: Duration,
    /// The id of the key, if its secret was verified.
    pub key_id: Option<&'a str>,
    /// The code of the decision, if one was made.
    pub decision: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonLine<'a> {
    time: String,
    client: Option<IpAddr>,
    method: &'a str,
    path: &'a str,
    status: u16,
    duration_ms: f64,
    key_id: Option<&'a str>,
    decision: Option<&'a str>,
}

impl Entry<'_> {
    fn line(&self, format: Format) -> String {
        let time = jiff::Timestamp::try_from(self.time).unwrap_or_default();
        let time = format!("{time:.3}");
        let duration_ms = (self.duration.as_secs_f64() * 1e6).round() / 1e3;
        match format {
            Format::Json => {
                let line = JsonLine {
                    time,
                    client: self.client,
                    method: self.method,
                    path: self.path,
                    status: self.status,
                    duration_ms,
                    key_id: self.key_id,
                    decision: self.decision,
                };
                // Serializing strings and numbers cannot fail.
                serde_json::to_string(&line).unwrap_or_default() + "\n"
            }
            Format::Text => {
                let client = self.client.map(|client| client.to_string());
                format!(
                    "{time} {} \"{} {}\" {} {duration_ms:.3}ms {} {}\n",
                    client.as_deref().unwrap_or("-"),
                    self.method,
                    // A path may contain terminal escape sequences.
                    self.path.escape_debug(),
                    self.status,
                    self.key_id.unwrap_or("-"),
                    self.decision.unwrap_or("-"),
                )
            }
        }
    }
}

/// An access log. Cheap to clone; dropping the last clone writes the queued lines.
#[derive(Debug, Clone)]
pub struct AccessLog {
    writer: NonBlocking,
    format: Format,
    failed: Arc<AtomicUsize>,
    _guard: Arc<WorkerGuard>,
}

impl AccessLog {
    /// Appends to a file, which is rotated to `NAME.1` at 64 MiB; four old files are kept.
    ///
    /// # Errors
    /// The file cannot be opened or created.
    pub fn to_file(path: &Path, format: Format) -> io::Result<Self> {
        let file = RotatingFile::open(path, MAX_BYTES, MAX_OLD_FILES)?;
        Ok(Self::to_writer(file, format))
    }

    /// Writes to standard output.
    pub fn to_stdout(format: Format) -> Self {
        Self::to_writer(io::stdout(), format)
    }

    fn to_writer(writer: impl io::Write + Send + 'static, format: Format) -> Self {
        let failed = Arc::new(AtomicUsize::new(0));
        let writer = CountingWriter {
            writer,
            failed: Arc::clone(&failed),
            is_failing: false,
        };
        let (writer, guard) = NonBlockingBuilder::default()
            .buffered_lines_limit(QUEUE_CAPACITY)
            .lossy(true)
            .thread_name("keystile-access-log")
            .finish(writer);
        Self {
            writer,
            format,
            failed,
            _guard: Arc::new(guard),
        }
    }

    /// Writes a line. Never waits.
    pub fn write(&self, entry: &Entry<'_>) {
        let line = entry.line(self.format);
        // Fails only after its thread has ended, which counts as dropped.
        let _written = io::Write::write_all(&mut self.writer.clone(), line.as_bytes());
    }

    /// Returns how many lines were dropped or could not be written.
    pub fn lost_lines(&self) -> usize {
        self.writer.error_counter().dropped_lines() + self.failed.load(Ordering::Relaxed)
    }
}

/// Counts failed writes, and logs the first of consecutive ones.
struct CountingWriter<W> {
    writer: W,
    failed: Arc<AtomicUsize>,
    is_failing: bool,
}

impl<W: io::Write> io::Write for CountingWriter<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let written = self.writer.write_all(line);
        if let Err(error) = &written {
            self.failed.fetch_add(1, Ordering::Relaxed);
            if !self.is_failing {
                tracing::warn!(%error, "cannot write the access log; lines are lost");
            }
        }
        self.is_failing = written.is_err();
        written.map(|()| line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    const ENTRY: Entry<'static> = Entry {
        time: UNIX_EPOCH,
        client: Some(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)),
        method: "GET",
        path: "/a\u{1b}[31m",
        status: 200,
        duration: Duration::from_micros(1_234),
        key_id: Some("abcdefghijkl"),
        decision: Some("allowed"),
    };

    #[test]
    fn entry_is_formatted_as_one_line() {
        assert_eq!(
            ENTRY.line(Format::Text),
            "1970-01-01T00:00:00.000Z 127.0.0.1 \"GET /a\\u{1b}[31m\" 200 1.234ms abcdefghijkl allowed\n"
        );
        let denied = Entry {
            client: None,
            key_id: None,
            decision: None,
            ..ENTRY
        };
        assert_eq!(
            denied.line(Format::Json),
            "{\"time\":\"1970-01-01T00:00:00.000Z\",\"client\":null,\"method\":\"GET\",\"path\":\"/a\\u001b[31m\",\
             \"status\":200,\"duration_ms\":1.234,\"key_id\":null,\"decision\":null}\n"
        );
    }

    #[test]
    fn dropping_the_log_writes_queued_lines() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("access.log");
        let log = AccessLog::to_file(&path, Format::Json)?;
        for _ in 0..1_000 {
            log.write(&ENTRY);
        }
        assert_eq!(log.lost_lines(), 0);
        drop(log);
        let lines = std::fs::read_to_string(path)?.lines().count();
        assert_eq!(lines, 1_000, "no line is lost at a normal exit");
        Ok(())
    }

    #[test]
    fn failed_writes_are_counted() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = std::fs::File::create(folder.path().join("read-only"))?;
        drop(file);
        let unwritable = std::fs::File::open(folder.path().join("read-only"))?;
        let log = AccessLog::to_writer(unwritable, Format::Text);
        log.write(&ENTRY);
        for _ in 0..200 {
            if log.lost_lines() == 1 {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("lines that are lost on a full disk must be counted");
    }
}
