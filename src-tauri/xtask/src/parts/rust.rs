//! The tests that need no window: every crate, the documentation's examples, and what `tests/` checks without one.
//! In the package `tests/`, a test program whose name begins with `window` or `journey` belongs to the window part.

use crate::failure::Failure;
use crate::system_packages::{Purpose, prepare};
use crate::tally::Tally;
use crate::{program, repository, tools, window_files};

/// Test programs that open windows, in nextest's filter language.
pub(crate) const WINDOW_PROGRAMS: &str = "(package(keystile-tests) & binary(/^(window|journey)/))";

/// # Errors
/// A runner failed.
pub(crate) fn run(tally: &mut Tally) -> Result<(), Failure> {
    prepare(Purpose::Build)?;
    window_files::build()?;
    let mut tests = program::cargo();
    if tools::has_nextest() {
        tests
            .args(["nextest", "run", "--workspace", "--no-fail-fast"])
            .arg("--filterset")
            .arg(format!("not {WINDOW_PROGRAMS}"));
    } else {
        println!("cargo-nextest is not here; `cargo test` does the same, more slowly.");
        tests.args([
            "test",
            "--workspace",
            "--exclude",
            repository::JOURNEYS,
            "--no-fail-fast",
            "--all-targets",
        ]);
    }
    tests.args(["--features", repository::SERVE_OWN_FILES]);
    let tests = program::run_reading(&mut tests, |line| tally.read(line));
    let examples = program::run_reading(
        program::cargo()
            .args(["test", "--doc", "--workspace", "--no-fail-fast"])
            .args(["--features", repository::SERVE_OWN_FILES]),
        |line| tally.read(line),
    );
    tests.and(examples)
}
