//! A home folder for one run, deleted afterwards: the person's own keys are never touched by it.
//! Called by `run --throwaway`, the README check and `bench`. It knows nothing of what is put into it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;

/// Deleted with everything in it when it is dropped.
pub(crate) struct Home {
    folder: PathBuf,
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
        Ok(Self { folder })
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
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Fails when the folder is already there: in a shared temporary folder it would be somebody else's.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
