//! Where causes go: to standard error and to `keystile.log`, once each, where they are handled. Begun by `run`. No
//! secret reaches it, because no type that holds one can be printed.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::Arc;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::MakeWriterExt;

/// Above this many bytes the log is put aside at the start, and only one old log is kept.
const MOST_BYTES: u64 = 1024 * 1024;

/// Begins to log. `KEYSTILE_LOG` sets the level (`debug`, `keystile_registry=trace`, …).
pub(crate) fn begin(directory: Option<&Path>) {
    let filter = EnvFilter::try_from_env("KEYSTILE_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false);
    // A second start in one process (tests) keeps the first log.
    let _already_begun = match directory.and_then(open) {
        Some(file) => subscriber
            .with_writer(std::io::stderr.and(Arc::new(file)))
            .try_init(),
        None => subscriber.with_writer(std::io::stderr).try_init(),
    };
}

/// A log that cannot be opened must not keep the program from starting: standard error is left.
fn open(directory: &Path) -> Option<File> {
    std::fs::create_dir_all(directory).ok()?;
    let path = directory.join("keystile.log");
    if std::fs::metadata(&path).is_ok_and(|metadata| metadata.len() > MOST_BYTES) {
        std::fs::rename(&path, directory.join("keystile.old.log")).ok()?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).ok()
}
