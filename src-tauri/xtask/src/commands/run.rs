//! `cargo xtask run`: builds and starts Keystile, or takes a screenshot of its first screen.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::arguments::RunOptions;
use crate::commands::build::build;
use crate::headless::screen::{self, Screen};
use crate::headless::session::Session;
use crate::headless::temp_home::TempHome;
use crate::system_packages::{Purpose, prepare};
use crate::{exec, paths};

/// A first start on a slow machine creates the database and WebKit's caches.
const FIRST_SCREEN_TIMEOUT: Duration = Duration::from_secs(60);

/// Returns the application's exit code, or success after a screenshot.
pub(crate) fn run(options: &RunOptions) -> anyhow::Result<ExitCode> {
    let screenshot = options.screenshot.as_deref().map(resolve).transpose()?;
    if screenshot.is_some() {
        if !cfg!(target_os = "linux") {
            bail!("--screenshot needs Linux. Run without it and use the system's screenshot tool.");
        }
        prepare(Purpose::Screenshot)?;
    } else if screen::is_missing() {
        prepare(Purpose::VirtualDisplay)?;
    }
    let binary = build(options.release)?;
    let home = options.throwaway.then(TempHome::new).transpose()?;
    let screen = Screen::find_or_start()?;
    let configure = |command: &mut Command| {
        screen.apply(command);
        if let Some(home) = &home {
            home.apply(command);
        }
    };
    if let Some(file) = screenshot {
        let session = Session::open(&binary, &options.arguments, configure)?;
        session.wait_until_drawn(FIRST_SCREEN_TIMEOUT)?;
        let image = session.screenshot()?;
        std::fs::write(&file, image).with_context(|| format!("Cannot write {}", file.display()))?;
        println!("Wrote {}", file.display());
        return Ok(ExitCode::SUCCESS);
    }
    let mut application = Command::new(&binary);
    application.args(&options.arguments);
    configure(&mut application);
    println!("$ {}", exec::display(&application));
    let status = application.status().context("Cannot start Keystile")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Resolves a path against the directory that cargo was called in.
fn resolve(file: &Path) -> anyhow::Result<PathBuf> {
    let directory = std::env::var_os("PWD").map_or_else(paths::root, PathBuf::from);
    let file = directory.join(file);
    if !file.parent().is_some_and(Path::is_dir) {
        bail!(
            "The directory of {} does not exist. Create it first.",
            file.display()
        );
    }
    Ok(file)
}
