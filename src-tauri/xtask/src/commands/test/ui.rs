//! The window's own tests, without Tauri: its types, its lints, its unit tests, and its components in a browser.

use std::fs;

use crate::system_packages::{Purpose, prepare};
use crate::test_counts::{TestCounts, parse_vitest};
use crate::{exec, paths, ui_build};

pub(super) fn run(counts: &mut TestCounts) -> anyhow::Result<()> {
    prepare(Purpose::Tests)?;
    ui_build::install()?;
    let check = exec::run(&mut ui_build::npm(&["run", "--silent", "check"]));
    counts.record(check.is_ok());
    fs::create_dir_all(paths::target())?;
    let report = paths::target().join("vitest.json");
    let reporters = ["--reporter=default", "--reporter=json"];
    let mut vitest = ui_build::npm(&["test", "--silent", "--"]);
    vitest
        .args(reporters)
        .arg(format!("--outputFile.json={}", report.display()));
    let tests = counts.add_report(&report, parse_vitest, || exec::run(&mut vitest));
    check.and(tests)
}
