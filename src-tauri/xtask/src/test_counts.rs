//! Counts of passed and failed tests, read from the runners' machine-readable reports.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use serde::Deserialize;

/// How many tests and checks passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TestCounts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl TestCounts {
    /// Counts a check that has no runner.
    pub(crate) fn record(&mut self, passed: bool) {
        match passed {
            true => self.passed += 1,
            false => self.failed += 1,
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Runs tests and counts what they report. An earlier report is deleted first, so it cannot be counted again.
    pub(crate) fn add_report(
        &mut self,
        file: &Path,
        parse: fn(&str) -> anyhow::Result<Self>,
        run: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let _ = fs::remove_file(file);
        let outcome = run();
        let counts = fs::read_to_string(file)
            .context("The runner wrote no report")
            .and_then(|report| parse(&report))
            .with_context(|| format!("Cannot count the tests in {}", file.display()));
        let counts = match &outcome {
            Err(_) if counts.is_err() => return outcome,
            _ => counts?,
        };
        self.add(counts);
        outcome?;
        ensure!(counts != Self::default(), "No test ran.");
        Ok(())
    }
}

/// Parses the totals of a JUnit report. A test that passed on a retry counts as passed.
pub(crate) fn parse_junit(report: &str) -> anyhow::Result<TestCounts> {
    #[derive(Deserialize)]
    struct Report {
        #[serde(rename = "@tests")]
        tests: u64,
        #[serde(rename = "@failures")]
        failures: u64,
        #[serde(rename = "@errors")]
        errors: u64,
    }
    let report: Report = quick_xml::de::from_str(report)?;
    let failed = report.failures + report.errors;
    let passed = report.tests.saturating_sub(failed);
    Ok(TestCounts { passed, failed })
}

/// Parses the totals of vitest's JSON report.
pub(crate) fn parse_vitest(report: &str) -> anyhow::Result<TestCounts> {
    #[derive(Deserialize)]
    struct Report {
        #[serde(rename = "numPassedTests")]
        passed: u64,
        #[serde(rename = "numFailedTests")]
        failed: u64,
    }
    let Report { passed, failed } = serde_json::from_str(report)?;
    Ok(TestCounts { passed, failed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn junit_failures_and_errors_count_as_failed() {
        let report = r#"<?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="nextest-run" tests="12" failures="2" errors="1" time="1.5">
              <testsuite name="keystile-keys" tests="12" disabled="0" errors="1" failures="2"/>
            </testsuites>"#;
        let counts = parse_junit(report).expect("a valid report");
        assert_eq!(
            (counts.passed, counts.failed),
            (9, 3),
            "a test that did not start failed"
        );
        assert!(
            parse_junit("<html/>").is_err(),
            "another document is not a report"
        );
    }

    #[test]
    fn vitest_totals_are_read() {
        let report = r#"{"numTotalTests":41,"numPassedTests":40,"numFailedTests":1}"#;
        let counts = parse_vitest(report).expect("a valid report");
        assert_eq!((counts.passed, counts.failed), (40, 1), "its totals");
        assert!(
            parse_vitest("{}").is_err(),
            "a report without totals counts nothing"
        );
    }

    #[test]
    fn run_without_tests_is_an_error() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("report.json");
        let mut counts = TestCounts::default();
        let outcome = counts.add_report(&file, parse_vitest, || {
            fs::write(&file, r#"{"numPassedTests":0,"numFailedTests":0}"#)?;
            Ok(())
        });
        assert!(outcome.is_err(), "no test proves nothing");
        fs::write(&file, r#"{"numPassedTests":3,"numFailedTests":0}"#).expect("a writable file");
        let outcome = counts.add_report(&file, parse_vitest, || Ok(()));
        assert!(outcome.is_err(), "an earlier report is not this run's");
        assert_eq!(counts, TestCounts::default(), "nothing was counted");
    }
}
