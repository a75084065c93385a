//! A home folder for one run, deleted afterwards: the person's own keys are never touched by it.
//! Called by `run --throwaway`, the README check and `bench`. It knows nothing of what is put into it.

use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::process::Stdio;
use std::process::{Child, Command};

use crate::failure::Failure;

/// Deleted with everything in it when it is dropped, and also when this program is interrupted or killed.
pub(crate) struct Home {
    folder: PathBuf,
    warden: Option<Child>,
}

impl Home {
    /// # Errors
    /// The folder could not be made, or something already stands in its place.
    pub(crate) fn new(purpose: &str) -> Result<Self, Failure> {
        let name = format!("keystile-{purpose}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        make_private(&folder)
            .and_then(|()| make_private(&folder.join("run")))
            .map_err(|cause| {
                Failure::from_cause("No throw-away home folder could be made", &cause)
            })?;
        let warden = warden(&folder);
        Ok(Self { folder, warden })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes a program live here.
    pub(crate) fn settle(&self, command: &mut Command) {
        for (name, place) in [
            ("HOME", ""),
            ("XDG_RUNTIME_DIR", "run"),
            ("XDG_DATA_HOME", ".local/share"),
            ("XDG_CONFIG_HOME", ".config"),
            ("XDG_CACHE_HOME", ".cache"),
            ("XDG_STATE_HOME", ".local/state"),
        ] {
            command.env(name, self.folder.join(place));
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Some(warden) = &mut self.warden {
            // `wait` closes the pipe first, which is the warden's sign.
            let _ = warden.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A process apart from this one's group, which no Ctrl+C reaches: it waits until nobody holds its input any more and
/// then deletes the folder. The pause is for programs that are still writing their last.
#[cfg(unix)]
fn warden(folder: &Path) -> Option<Child> {
    use std::os::unix::process::CommandExt;
    let line = "cat >/dev/null; rm -rf -- \"$0\" 2>/dev/null || { sleep 1; rm -rf -- \"$0\"; }";
    Command::new("sh")
        .args(["-c", line])
        .arg(folder)
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()
}

/// Windows has no such shell; there an interrupted run leaves its folder to the system's clean-up.
#[cfg(not(unix))]
fn warden(_: &Path) -> Option<Child> {
    None
}

/// Fails when the folder is already there: in a shared temporary folder it would be somebody else's.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
