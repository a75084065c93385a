//! `cargo xtask test`: runs the parts of the tests and prints the total. Every part runs, even after another one
//! failed.

mod readme;
mod rust;
mod supply_chain;
mod ui;
mod window;

use std::process::ExitCode;
use std::time::Instant;

use clap::ValueEnum;

use crate::arguments::{TestPart, value_name};
use crate::test_counts::TestCounts;

/// Runs all parts, or `only` one, and fails if anything in them failed.
pub(crate) fn test(only: Option<TestPart>) -> anyhow::Result<ExitCode> {
    let parts = TestPart::value_variants().iter().copied();
    let mut total = TestCounts::default();
    let mut lines = Vec::new();
    for part in parts.filter(|part| only.is_none_or(|only| only == *part)) {
        let name = value_name(part);
        if part == TestPart::Window && only.is_none() && !cfg!(target_os = "linux") {
            lines.push(format!("{name:<13} skipped: it needs Linux"));
            continue;
        }
        println!("\n== {name} ==");
        let start = Instant::now();
        let mut counts = TestCounts::default();
        let outcome = match part {
            TestPart::Rust => rust::run(&mut counts),
            TestPart::Ui => ui::run(&mut counts),
            TestPart::Window => window::run(&mut counts),
            TestPart::SupplyChain => supply_chain::run(&mut counts),
            TestPart::Readme => readme::run(&mut counts),
        };
        if let Err(error) = outcome {
            eprintln!("{error:#}");
            // It failed before its tests.
            counts.failed = counts.failed.max(1);
        }
        lines.push(format!(
            "{name:<13} {:>5} passed {:>4} failed {:>7.1} s",
            counts.passed,
            counts.failed,
            start.elapsed().as_secs_f32()
        ));
        total.add(counts);
    }
    println!("\ntest");
    for line in lines {
        println!("  {line}");
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(match total.failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}
