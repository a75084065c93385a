//! The tests that need no window: every crate, the documentation's examples, and what `tests/` checks without one.
//! In the package `tests/`, a test program whose name begins with `window` or `journey` belongs to the window part.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::failure::Failure;
use crate::system_packages::{Purpose, prepare};
use crate::tally::Tally;
use crate::{program, repository, tools, window_files};

/// Test programs that open windows, in nextest's filter language.
pub(crate) const WINDOW_PROGRAMS: &str = "(package(keystile-tests) & binary(/^(window|journey)/))";

/// # Errors
/// A runner failed.
pub(crate) fn run(tally: &mut Tally) -> Result<(), Failure> {
    // The proxies that the service's tests put in front of an API, too.
    prepare(if cfg!(target_os = "linux") {
        Purpose::Tests
    } else {
        Purpose::Build
    })?;
    window_files::build()?;
    let types_before = written_types()?;
    let mut tests = Ok(());
    for runner in runners() {
        let mut command = program::cargo();
        command.args(runner);
        command.args(["--features", repository::SERVE_OWN_FILES]);
        let ran = program::run_reading(&mut command, |line| tally.read(line));
        tests = tests.and(ran);
    }
    let examples = program::run_reading(
        program::cargo()
            .args(["test", "--doc", "--workspace", "--no-fail-fast"])
            .args(["--features", repository::SERVE_OWN_FILES]),
        |line| tally.read(line),
    );
    let types_are_true = types_before == written_types()?;
    tally.check(types_are_true);
    tests.and(examples)?;
    if types_are_true {
        return Ok(());
    }
    Err(
        Failure::new("The window's types in ui/src/types were not those of src-tauri/src/view.")
            .advise("They have been written anew: look at them, run the window's checks, and commit them."),
    )
}

/// The command lines that run everything but the programs that open windows.
fn runners() -> Vec<Vec<String>> {
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    if tools::has_nextest() {
        let mut nextest = words("nextest run --workspace --no-fail-fast --filterset");
        nextest.push(format!("not {WINDOW_PROGRAMS}"));
        return vec![nextest];
    }
    println!("cargo-nextest is not here; `cargo test` does the same, more slowly.");
    let crates = format!(
        "test --workspace --exclude {} --no-fail-fast --all-targets",
        repository::JOURNEYS
    );
    let programs = format!(
        "test --package {} --no-fail-fast --test registry --test store --test layers",
        repository::JOURNEYS
    );
    vec![words(&crates), words(&programs)]
}

/// The window's types by file: the root package's tests write them.
fn written_types() -> Result<BTreeMap<PathBuf, String>, Failure> {
    let failed = |cause| Failure::from_cause("The window's types cannot be read", &cause);
    let mut types = BTreeMap::new();
    for entry in fs::read_dir(repository::root().join("ui/src/types")).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let text = fs::read_to_string(&path).map_err(failed)?;
        types.insert(path, text);
    }
    Ok(types)
}
