//! `cargo xtask run`: from a fresh checkout to a window, or to a picture of it.
//! Also called by the README check. It knows nothing of what the window shows; that the first screen is drawn is
//! said by the page itself (`data-ready`).

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use crate::desk::home::Home;
use crate::desk::screen::{self, Screen};
use crate::desk::webdriver::Driven;
use crate::failure::Failure;
use crate::invocation::RunWish;
use crate::program;
use crate::system_packages::{Purpose, prepare};
use crate::verbs::build::build;

/// A first start on a slow machine creates the database and WebKit's caches.
const PATIENCE: Duration = Duration::from_secs(60);

/// The application's own exit code; success for a screenshot that was written.
///
/// # Errors
/// Something is missing, does not compile, or no window appeared.
pub(crate) fn run(wish: &RunWish) -> Result<ExitCode, Failure> {
    // The picture belongs where the person stands, not where this program works.
    let picture = wish.screenshot.as_deref().map(beside_caller).transpose()?;
    if picture.is_some() {
        if !cfg!(target_os = "linux") {
            return Err(Failure::new(
                "--screenshot needs WebKitGTK's driver, which only Linux has.",
            )
            .advise("Start Keystile with `cargo xtask run` and use the system's own screenshot."));
        }
        prepare(Purpose::Screenshot)?;
    } else if screen::is_missing() {
        prepare(Purpose::VirtualDisplay)?;
    }
    let binary = build(wish.release)?;
    let home = wish.throwaway.then(|| Home::new("run")).transpose()?;
    let screen = Screen::any()?;
    let settle = |command: &mut Command| {
        screen.show_on(command);
        if let Some(home) = &home {
            home.settle(command);
        }
    };
    if let Some(file) = picture {
        photograph(&binary, &wish.arguments, &file, settle)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut application = Command::new(&binary);
    application.args(&wish.arguments);
    settle(&mut application);
    println!("$ {}", program::shown(&application));
    let status = application
        .status()
        .map_err(|cause| Failure::from_cause("Keystile could not be started", &cause))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

fn photograph(
    binary: &Path,
    arguments: &[String],
    file: &Path,
    settle: impl FnOnce(&mut Command),
) -> Result<(), Failure> {
    let driven = Driven::open(binary, arguments, settle)?;
    driven.wait_until_drawn(PATIENCE)?;
    let picture = driven.picture()?;
    std::fs::write(file, picture).map_err(|cause| {
        Failure::from_cause(&format!("{} cannot be written", file.display()), &cause)
    })?;
    println!("Wrote {}", file.display());
    Ok(())
}

fn beside_caller(file: &Path) -> Result<PathBuf, Failure> {
    let caller = std::env::var_os("PWD").map_or_else(crate::repository::root, PathBuf::from);
    let file = caller.join(file);
    match file.parent().is_some_and(Path::is_dir) {
        true => Ok(file),
        false => Err(
            Failure::new(format!("There is no folder for {}.", file.display()))
                .advise("Create it, or name another file."),
        ),
    }
}
