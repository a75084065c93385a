//! Logging to standard error and `keystile.log`. Types with secrets cannot be printed, so no secret is logged.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use keystile_log::RotatingFile;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::MakeWriterExt;

/// A larger log is rotated to `keystile.log.1`.
const MAX_BYTES: u64 = 1024 * 1024;
const MAX_ROTATED_LOGS: u32 = 1;

/// Starts logging. `KEYSTILE_LOG` sets the level (`debug`, `keystile_registry=trace`, …).
pub(crate) fn init(directory: Option<&Path>) {
    let filter = EnvFilter::try_from_env("KEYSTILE_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false);
    // In tests, a second start in one process keeps the first log.
    let _already_initialized = match directory.and_then(open) {
        Some(file) => subscriber
            .with_writer(std::io::stderr.and(Mutex::new(file)))
            .try_init(),
        None => subscriber.with_writer(std::io::stderr).try_init(),
    };
}

/// Opens the log file; `None` if that fails, because the program must start without it.
fn open(directory: &Path) -> Option<RotatingFile> {
    std::fs::create_dir_all(directory).ok()?;
    RotatingFile::open(&file(directory), MAX_BYTES, MAX_ROTATED_LOGS).ok()
}

/// Returns the path of the current log.
pub(crate) fn file(directory: &Path) -> PathBuf {
    directory.join("keystile.log")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_is_rotated_while_program_runs() -> std::io::Result<()> {
        let directory = tempfile::tempdir()?;
        let file = open(directory.path()).ok_or_else(|| std::io::Error::other("no log"))?;
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(Mutex::new(file))
            .finish();
        let message = "m".repeat(1000);
        tracing::subscriber::with_default(subscriber, || {
            for _ in 0..3 * MAX_BYTES / message.len() as u64 {
                tracing::error!("{message}");
            }
        });
        let mut names = Vec::new();
        for entry in std::fs::read_dir(directory.path())? {
            let entry = entry?;
            let text = std::fs::read_to_string(entry.path())?;
            assert!(
                text.len() < MAX_BYTES as usize + 2 * message.len(),
                "{:?}: a log must not grow without limit",
                entry.file_name()
            );
            assert!(
                text.lines().all(|line| line.ends_with(&message)),
                "{:?}: rotation must not cut lines",
                entry.file_name()
            );
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let mode = entry.metadata()?.permissions().mode();
                assert_eq!(mode & 0o777, 0o600, "other users must not read the log");
            }
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
        names.sort_unstable();
        assert_eq!(
            names,
            ["keystile.log", "keystile.log.1"],
            "older logs must be deleted"
        );
        Ok(())
    }

    #[test]
    fn start_without_log_succeeds() -> std::io::Result<()> {
        let directory = tempfile::tempdir()?;
        let file = directory.path().join("file");
        std::fs::write(&file, "")?;
        assert!(
            open(&file.join("logs")).is_none(),
            "the program must start without a log"
        );
        Ok(())
    }
}
