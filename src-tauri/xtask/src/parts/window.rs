//! The journeys through the built application. Each makes what it needs (a home, a screen with its clipboard, a session
//! bus, a keyring); how many run at once is said in `.config/nextest.toml`. Called by `test`.

use crate::desk::screen::Screen;
use crate::failure::Failure;
use crate::parts::rust::WINDOW_PROGRAMS;
use crate::system_packages::{Purpose, prepare};
use crate::tally::Tally;
use crate::verbs::build::build;
use crate::{program, repository, tools};

/// # Errors
/// The window cannot be driven on this system, the application does not compile, or the runner failed.
pub(crate) fn run(tally: &mut Tally) -> Result<(), Failure> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new(
            "The journeys drive WebKitGTK, which only Linux has.",
        ));
    }
    prepare(Purpose::Tests)?;
    let binary = build(false)?;
    let screen = Screen::virtual_one(true)?;
    let mut journeys = program::cargo();
    if tools::has_nextest() {
        journeys
            .args(["nextest", "run", "--workspace", "--no-fail-fast"])
            .args(["--features", repository::SERVE_OWN_FILES])
            .args(["--filterset", WINDOW_PROGRAMS]);
    } else {
        journeys.args([
            "test",
            "--package",
            repository::JOURNEYS,
            "--no-fail-fast",
            "--all-targets",
        ]);
        journeys.env("RUST_TEST_THREADS", "1");
    }
    journeys.env("KEYSTILE_DESKTOP", binary);
    screen.show_on(&mut journeys);
    program::run_reading(&mut journeys, |line| tally.read(line))
}
