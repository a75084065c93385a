//! Paths and package names of this repository.

use std::path::{Path, PathBuf};

use anyhow::Context;
use ignore::WalkBuilder;

/// The desktop package.
pub(crate) const DESKTOP: &str = "keystile-desktop";

/// The feature that embeds `ui/dist`. Without it a debug build loads the window from a development server.
pub(crate) const EMBED_UI: &str = "keystile-desktop/custom-protocol";

/// Returns the directory of the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest
        .ancestors()
        .nth(2)
        .unwrap_or(manifest)
        .to_path_buf()
}

/// Returns the paths of the repository's files relative to its root, without those that .gitignore names.
pub(crate) fn files() -> anyhow::Result<Vec<PathBuf>> {
    let root = root();
    let mut files = Vec::new();
    let walk = WalkBuilder::new(&root)
        .hidden(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        // The sources may have been copied without their repository, or into another one.
        .require_git(false)
        .parents(false)
        .sort_by_file_name(Ord::cmp)
        .build();
    for entry in walk {
        let entry = entry.context("Cannot list the files of the repository")?;
        if entry.file_type().is_some_and(|kind| kind.is_file()) {
            files.push(entry.path().strip_prefix(&root)?.to_owned());
        }
    }
    Ok(files)
}

/// Returns cargo's target directory, which `CARGO_TARGET_DIR` overrides.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(directory) => root().join(directory),
        None => root().join("target"),
    }
}

/// Returns the path of a built program of the workspace.
pub(crate) fn binary(name: &str, release: bool) -> PathBuf {
    let profile = if release { "release" } else { "debug" };
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    target().join(profile).join(file)
}

/// Returns the path of the built application.
pub(crate) fn desktop_binary(release: bool) -> PathBuf {
    binary(DESKTOP, release)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_the_sources_without_what_git_ignores() {
        let files = files().expect("a readable repository");
        for name in [".github/CONTRIBUTING.md", "src-tauri/xtask/src/main.rs"] {
            assert!(files.contains(&name.into()), "{name} must be checked");
        }
        let is_ignored = |path: &&PathBuf| {
            ["target", ".git", "ui/dist"]
                .iter()
                .any(|folder| path.starts_with(folder))
                || path.iter().any(|part| part == "node_modules")
        };
        assert_eq!(files.iter().find(is_ignored), None, "it is not a source");
    }
}
