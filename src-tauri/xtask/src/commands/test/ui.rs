//! The window's own tests: its types, its lints, and its unit tests, without Tauri.

use std::fs;

use crate::test_counts::{TestCounts, parse_vitest};
use crate::{exec, paths, ui_build};

pub(super) fn run(counts: &mut TestCounts) -> anyhow::Result<()> {
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
    let unit_tests = counts.add_report(&report, parse_vitest, || exec::run(&mut vitest));
    check.and(unit_tests)
}
