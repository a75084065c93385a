//! `cargo xtask test`: all tests on a machine that has nothing but Rust and Node.
//! Called by people and by `.ci/run`. Every part runs, even after one has failed; the last line counts all of them.

use std::process::ExitCode;
use std::time::Instant;

use crate::failure::Failure;
use crate::invocation::Part;
use crate::parts;
use crate::tally::Tally;

/// # Errors
/// None of its own: a part that cannot run has failed, and the others still run.
pub(crate) fn test(only: Option<Part>) -> Result<ExitCode, Failure> {
    let chosen: Vec<Part> = Part::ALL
        .into_iter()
        .filter(|part| only.is_none_or(|only| only == *part))
        .collect();
    let mut total = Tally::default();
    let mut lines = Vec::new();
    for part in chosen {
        if part == Part::Window && only.is_none() && !cfg!(target_os = "linux") {
            // Not counted: what was not run has neither passed nor failed.
            lines.push("window        not run; it needs Linux".to_owned());
            continue;
        }
        println!("\n== {} ==", part.name());
        let begun = Instant::now();
        let mut tally = Tally::default();
        let outcome = match part {
            Part::Rust => parts::rust::run(&mut tally),
            Part::Ui => parts::ui::run(&mut tally),
            Part::Window => parts::window::run(&mut tally),
            Part::SupplyChain => parts::supply_chain::run(&mut tally),
            Part::Readme => parts::readme::run(&mut tally),
        };
        if let Err(failure) = outcome {
            eprintln!("{failure}");
            // A part that failed without a failed test never got as far as its tests.
            if tally.failed == 0 {
                tally.failed = 1;
            }
        } else if tally.passed == 0 && tally.failed == 0 {
            eprintln!(
                "The part “{}” ran no test, so it proves nothing.",
                part.name()
            );
            tally.failed = 1;
        }
        lines.push(format!(
            "{:<13} {:>5} passed {:>4} failed {:>7.1} s",
            part.name(),
            tally.passed,
            tally.failed,
            begun.elapsed().as_secs_f32()
        ));
        total.add(tally);
    }
    println!("\ntest");
    for line in lines {
        println!("  {line}");
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
