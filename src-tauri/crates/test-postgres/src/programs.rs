//! The programs of PostgreSQL. Debian installs them outside of `PATH`, because several versions can be installed.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian and Ubuntu have a directory for each version.
const DEBIAN_DIRECTORY: &str = "/usr/lib/postgresql";

/// The oldest version that Keystile supports.
const MIN_VERSION: u32 = 14;

/// The directory of one version's programs.
#[derive(Debug, Clone)]
pub(crate) struct Programs(PathBuf);

impl Programs {
    /// Finds the server in `PATH`, or else the latest of Debian's versions.
    pub(crate) fn find() -> io::Result<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path)
            // A link to the server has no links to its other programs beside it.
            .find_map(|directory| directory.join("postgres").canonicalize().ok())
            .and_then(|server| server.parent().map(Path::to_owned))
            .or_else(latest_debian_version)
            .map(Self)
            .ok_or_else(|| {
                io::Error::other(
                    "PostgreSQL 14 or later is missing. Install the package postgresql, or run `cargo xtask test`.",
                )
            })
    }

    /// Returns a command that ignores the user's settings for PostgreSQL and writes English messages.
    pub(crate) fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.0.join(name));
        remove_settings(&mut command);
        command
    }
}

/// Removes variables such as `PGHOST`, which replace what an argument leaves open.
pub(crate) fn remove_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"PG") {
            command.env_remove(&name);
        }
    }
    command.env("LC_ALL", "C");
}

fn latest_debian_version() -> Option<PathBuf> {
    let entries = Path::new(DEBIAN_DIRECTORY).read_dir().ok()?;
    let version = |name: OsString| name.to_str()?.parse::<u32>().ok();
    let versions = entries.flatten().filter_map(|entry| {
        let version = version(entry.file_name())?;
        let directory = entry.path().join("bin");
        let is_usable = version >= MIN_VERSION && directory.join("postgres").is_file();
        is_usable.then_some((version, directory))
    });
    versions.max().map(|(_, directory)| directory)
}

/// Runs a program to its end. Its error contains what the program wrote to stderr.
pub(crate) fn run(command: &mut Command) -> io::Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let error = |text: String| io::Error::other(format!("{program} failed: {text}"));
    let output = command
        .stdin(std::process::Stdio::null())
        .output()
        .map_err(|cause| error(cause.to_string()))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        false => Err(error(
            String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        )),
    }
}
