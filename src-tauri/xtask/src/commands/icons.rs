//! `cargo xtask icons`: draws every icon of the application. The icons are committed, so that a build needs no
//! renderer.

use std::fs;

use anyhow::Context;

use crate::{exec, paths, tools};

const SOURCE: &str = "icons/keystile.svg";

/// Draws the icons into `icons/`.
pub(crate) fn icons() -> anyhow::Result<()> {
    let output = paths::target().join("icons");
    exec::run(
        tools::tauri()?
            .args(["icon", SOURCE, "--output"])
            .arg(&output),
    )?;
    let copy = || -> std::io::Result<u32> {
        let mut count = 0;
        for entry in fs::read_dir(&output)? {
            let path = entry?.path();
            // Subdirectories hold the icons of Android and iOS.
            if let (true, Some(name)) = (path.is_file(), path.file_name()) {
                fs::copy(&path, paths::root().join("icons").join(name))?;
                count += 1;
            }
        }
        Ok(count)
    };
    let count = copy().context("Cannot copy the icons")?;
    println!("Drew {count} icons from {SOURCE}.");
    Ok(())
}
