//! The tests that open no window: every crate, the examples in the documentation, and most of `tests/`. In the package
//! `keystile-tests`, test programs whose names begin with `window` belong to the part `window`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, bail};

use crate::system_packages::{Purpose, prepare};
use crate::test_counts::{TestCounts, parse_junit};
use crate::{exec, paths, tools, ui_build};

/// Test programs that open windows, in nextest's filter language.
const WINDOW_PROGRAMS: &str = "(package(keystile-tests) & binary(/^window/))";

/// Runs the tests, and checks that the committed types of the window are the generated ones.
pub(super) fn run(counts: &mut TestCounts) -> anyhow::Result<()> {
    prepare(Purpose::Tests)?;
    ui_build::build()?;
    let types = window_types()?;
    let tests = run_programs(counts);
    // Stable Rust has no machine-readable report of documentation tests, so they count as one check.
    let examples = exec::run(
        exec::cargo()
            .args(["test", "--doc", "--workspace", "--no-fail-fast"])
            .args(["--features", paths::EMBED_UI]),
    );
    counts.record(examples.is_ok());
    let are_types_current = types == window_types()?;
    counts.record(are_types_current);
    tests.and(examples)?;
    if !are_types_current {
        bail!(
            "ui/src/host/types was outdated. It has been generated again; check the window against it and commit it."
        );
    }
    Ok(())
}

/// Runs the test programs that open no window. On Linux, they share a PostgreSQL server, because each test is a process,
/// and a server of its own would take longer than the test.
fn run_programs(counts: &mut TestCounts) -> anyhow::Result<()> {
    let filter = format!("not {WINDOW_PROGRAMS}");
    #[cfg(target_os = "linux")]
    {
        use keystile_test_postgres::SharedServer;
        // It ends with this scope.
        let server = SharedServer::try_start()?;
        nextest(counts, &filter, &[(SharedServer::VARIABLE, server.url())])
    }
    #[cfg(not(target_os = "linux"))]
    nextest(counts, &filter, &[])
}

/// Runs the test programs that open windows, with these variables.
pub(super) fn run_window_programs(
    counts: &mut TestCounts,
    variables: &[(&str, String)],
) -> anyhow::Result<()> {
    nextest(counts, WINDOW_PROGRAMS, variables)
}

fn nextest(
    counts: &mut TestCounts,
    filter: &str,
    variables: &[(&str, String)],
) -> anyhow::Result<()> {
    let mut command = tools::nextest()?;
    command
        .args(["run", "--workspace", "--no-fail-fast"])
        .args(["--features", paths::EMBED_UI])
        .args(["--filterset", filter])
        .envs(variables.iter().map(|(name, value)| (name, value)));
    // The path is set in .config/nextest.toml.
    let report = paths::target().join("nextest/default/junit.xml");
    counts.add_report(&report, parse_junit, || exec::run(&mut command))
}

/// Reads the window's types, which the root package's tests generate, by path.
fn window_types() -> anyhow::Result<BTreeMap<PathBuf, String>> {
    let read = || -> std::io::Result<_> {
        let mut types = BTreeMap::new();
        for entry in fs::read_dir(paths::root().join("ui/src/host/types"))? {
            let path = entry?.path();
            let text = fs::read_to_string(&path)?;
            types.insert(path, text);
        }
        Ok(types)
    };
    read().context("Cannot read ui/src/host/types")
}
