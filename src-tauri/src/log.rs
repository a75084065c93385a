//! Where causes go: to standard error and to `keystile.log`, once each, where they are handled. Begun by `run`. No
//! secret reaches it, because no type that holds one can be printed.

use std::path::Path;
use std::sync::Mutex;

use keystile_log::RotatingFile;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::MakeWriterExt;

/// Above this many bytes the log becomes `keystile.log.1`, also while the program runs.
const MAX_BYTES: u64 = 1024 * 1024;
/// How many full logs are kept.
const MAX_OLD_LOGS: u32 = 1;

/// Begins to log. `KEYSTILE_LOG` sets the level (`debug`, `keystile_registry=trace`, …).
pub(crate) fn begin(directory: Option<&Path>) {
    let filter = EnvFilter::try_from_env("KEYSTILE_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false);
    // A second start in one process (tests) keeps the first log.
    let _already_begun = match directory.and_then(open) {
        Some(file) => subscriber
            .with_writer(std::io::stderr.and(Mutex::new(file)))
            .try_init(),
        None => subscriber.with_writer(std::io::stderr).try_init(),
    };
}

/// A log that cannot be opened must not keep the program from starting: standard error is left.
fn open(directory: &Path) -> Option<RotatingFile> {
    std::fs::create_dir_all(directory).ok()?;
    RotatingFile::open(&directory.join("keystile.log"), MAX_BYTES, MAX_OLD_LOGS).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_is_rotated_while_the_program_runs() -> std::io::Result<()> {
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
                "{:?}: no log may fill the disk of a program that runs for months",
                entry.file_name()
            );
            assert!(
                text.lines().all(|line| line.ends_with(&message)),
                "{:?}: no line may be cut by the rotation",
                entry.file_name()
            );
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let mode = entry.metadata()?.permissions().mode();
                assert_eq!(mode & 0o777, 0o600, "a log is its owner's alone");
            }
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
        names.sort_unstable();
        assert_eq!(
            names,
            ["keystile.log", "keystile.log.1"],
            "older logs are deleted"
        );
        Ok(())
    }

    #[test]
    fn log_that_cannot_be_opened_is_no_failure() -> std::io::Result<()> {
        let directory = tempfile::tempdir()?;
        let file = directory.path().join("file");
        std::fs::write(&file, "")?;
        assert!(
            open(&file.join("logs")).is_none(),
            "the program starts without a log"
        );
        Ok(())
    }
}
