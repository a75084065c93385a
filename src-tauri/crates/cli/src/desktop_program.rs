//! Finds and starts the desktop program. If it is already running, the started process passes the link to it and exits.
//! On macOS, where programs receive links from the system alone, the system opens them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::error::CliError;

/// The path of the program, instead of looking for it.
const VARIABLE: &str = "KEYSTILE_DESKTOP";

/// The program of macOS that opens links. It exits when the link was passed on, or with an error if that failed.
const MACOS_OPEN: &str = "/usr/bin/open";

/// A program that still runs after this time has opened its window. One without a display exits earlier.
const START_TIMEOUT: Duration = Duration::from_secs(1);
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Starts the program with a link, or shows the link in the program that runs.
///
/// # Errors
/// `desktop_not_found` or `desktop_not_started`.
pub(crate) async fn open(link: Option<&str>) -> Result<(), CliError> {
    match link {
        Some(link) if cfg!(target_os = "macos") => open_on_macos(link),
        link => start(link).await,
    }
}

fn open_on_macos(link: &str) -> Result<(), CliError> {
    let status = Command::new(MACOS_OPEN)
        .arg(link)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|cause| CliError::system(&format!("Cannot start {MACOS_OPEN}"), &cause))?;
    if status.success() {
        return Ok(());
    }
    Err(CliError::new(
        "desktop_not_started",
        format!("macOS did not open {link}."),
        "Move Keystile to the Applications folder, and open it there once.",
    ))
}

async fn start(link: Option<&str>) -> Result<(), CliError> {
    let program = find()?;
    let mut command = Command::new(&program);
    command
        .args(link)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // It must not end with this terminal's Ctrl+C.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut process = command.spawn().map_err(|cause| {
        CliError::system(&format!("Cannot start {}", program.display()), &cause)
    })?;
    let started = Instant::now();
    while started.elapsed() < START_TIMEOUT {
        match process.try_wait() {
            Ok(None) => tokio::time::sleep(POLL_INTERVAL).await,
            Ok(Some(status)) if status.success() => return Ok(()),
            _ => {
                return Err(CliError::new(
                    "desktop_not_started",
                    format!("{} did not start.", program.display()),
                    "Run it in a terminal of your desktop to see why.",
                ));
            }
        }
    }
    Ok(())
}

/// Returns the path of the program: beside this one, where packages install it, or in PATH.
fn find() -> Result<PathBuf, CliError> {
    if let Some(path) = std::env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
        return Ok(path.into());
    }
    let name = format!("keystile-desktop{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe()
        .ok()
        .and_then(|this| Some(this.parent()?.join(&name)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path).map(|folder| folder.join(&name));
    beside
        .into_iter()
        .chain(in_path)
        .find(|program| is_executable(program))
        .ok_or_else(|| {
            CliError::new(
                "desktop_not_found",
                format!("The desktop program {name} was not found."),
                "Install the Keystile package, or add the program's folder to PATH.",
            )
        })
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}
