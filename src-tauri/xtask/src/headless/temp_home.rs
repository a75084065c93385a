//! A temporary home directory for one run, so that the user's own keys stay untouched.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::Context;
use tempfile::TempDir;

/// The variables of a home directory, and their subdirectories.
const VARIABLES: [(&str, &str); 6] = [
    ("HOME", ""),
    ("XDG_RUNTIME_DIR", ""),
    ("XDG_DATA_HOME", ".local/share"),
    ("XDG_CONFIG_HOME", ".config"),
    ("XDG_CACHE_HOME", ".cache"),
    ("XDG_STATE_HOME", ".local/state"),
];

/// Deleted when it is dropped, and on Unix also when this program is interrupted or killed.
pub(crate) struct TempHome {
    directory: TempDir,
    cleaner: Option<Child>,
}

impl TempHome {
    /// Creates a directory that only this user can open.
    pub(crate) fn new() -> anyhow::Result<Self> {
        let directory = tempfile::Builder::new()
            .prefix("keystile-")
            .tempdir()
            .context("Cannot create a temporary home directory")?;
        let cleaner = start_cleaner(directory.path());
        Ok(Self { directory, cleaner })
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Makes it the home directory of `command`.
    pub(crate) fn apply(&self, command: &mut Command) {
        command.envs(
            VARIABLES.map(|(variable, subdirectory)| (variable, self.path().join(subdirectory))),
        );
    }
}

impl Drop for TempHome {
    fn drop(&mut self) {
        if let Some(cleaner) = &mut self.cleaner {
            // `wait` closes the pipe first, and the cleaner then deletes the directory.
            let _ = cleaner.wait();
        }
    }
}

/// Starts a process that deletes the directory when its input closes. It has its own process group, so Ctrl+C does not
/// reach it. It tries again after a second, for programs that still write while they exit.
#[cfg(unix)]
fn start_cleaner(path: &Path) -> Option<Child> {
    use std::os::unix::process::CommandExt;
    let script = "cat >/dev/null; rm -rf -- \"$0\" 2>/dev/null || { sleep 1; rm -rf -- \"$0\"; }";
    let mut command = Command::new("sh");
    command.args(["-c", script]).arg(path).process_group(0);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().ok()
}

#[cfg(not(unix))]
fn start_cleaner(_: &Path) -> Option<Child> {
    None
}
