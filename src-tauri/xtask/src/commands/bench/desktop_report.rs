//! The report of `bench desktop`: medians, goals, and their table.

use std::fmt::Write;

use serde_json::{Value, json};

/// How many times as long as an empty window Keystile may take to start.
const MAX_START_RATIO: f64 = 1.25;

/// How much more memory than an empty window Keystile may use, in MiB.
const MAX_EXTRA_MEMORY: f64 = 25.0;

/// In MB (10⁶ bytes).
const MAX_BINARY_SIZE: f64 = 15.0;

/// The measurements of one program, one entry per run.
#[derive(Default)]
pub(super) struct Measurements {
    /// Milliseconds from the start of the process to its first screen.
    pub(super) start_ms: Vec<f64>,
    /// Memory of all its processes (PSS), in MiB.
    pub(super) memory_mib: Vec<f64>,
}

/// File sizes in bytes.
pub(super) struct Sizes {
    pub(super) binary: u64,
    pub(super) package: u64,
}

/// Builds the report. The start of `drawn`, the baseline that waits for its second frame as Keystile does, sets the
/// goal; that of `baseline`, which waits until its page is loaded, is only reported.
pub(super) fn report(
    keystile: &Measurements,
    baseline: &Measurements,
    drawn: &Measurements,
    sizes: &Sizes,
) -> Value {
    let start = (median(&keystile.start_ms), median(&drawn.start_ms));
    let memory = (median(&keystile.memory_mib), median(&baseline.memory_mib));
    let (binary, package) = (sizes.binary as f64 / 1e6, sizes.package as f64 / 1e6);
    json!({
        "runs": keystile.start_ms.len(),
        "start": {
            "keystile_ms": start.0, "baseline_ms": start.1, "goal_ms": start.1 * MAX_START_RATIO,
            "met": start.0 <= start.1 * MAX_START_RATIO,
            "all_keystile_ms": keystile.start_ms, "all_baseline_ms": drawn.start_ms,
            "baseline_loaded_ms": median(&baseline.start_ms), "all_baseline_loaded_ms": baseline.start_ms,
        },
        "memory": {
            "keystile_mib": memory.0, "baseline_mib": memory.1, "goal_mib": memory.1 + MAX_EXTRA_MEMORY,
            "met": memory.0 <= memory.1 + MAX_EXTRA_MEMORY,
            "all_keystile_mib": keystile.memory_mib, "all_baseline_mib": baseline.memory_mib,
        },
        "binary": { "mb": binary, "goal_mb": MAX_BINARY_SIZE, "met": binary <= MAX_BINARY_SIZE },
        "deb": { "mb": package },
    })
}

pub(super) fn table(report: &Value) -> String {
    let mut table = format!(
        "{:<38} {:>9} {:>9} {:>9}\n",
        format!("median of {} runs", report["runs"]),
        "Keystile",
        "baseline",
        "goal"
    );
    let mut row = |label: &str, values: [&Value; 3], met: &Value| {
        add_row(&mut table, label, &values, met);
    };
    let start = &report["start"];
    let memory = &report["memory"];
    row(
        "start to first screen, ms",
        [
            &start["keystile_ms"],
            &start["baseline_ms"],
            &start["goal_ms"],
        ],
        &start["met"],
    );
    row(
        "idle memory (PSS, all processes), MiB",
        [
            &memory["keystile_mib"],
            &memory["baseline_mib"],
            &memory["goal_mib"],
        ],
        &memory["met"],
    );
    row(
        "  baseline, page loaded, ms",
        [&Value::Null, &start["baseline_loaded_ms"], &Value::Null],
        &Value::Null,
    );
    let binary = &report["binary"];
    row(
        "binary, MB",
        [&binary["mb"], &Value::Null, &binary["goal_mb"]],
        &binary["met"],
    );
    row(
        "Debian package, MB",
        [&report["deb"]["mb"], &Value::Null, &Value::Null],
        &Value::Null,
    );
    table
}

/// Adds a line. A null in `values` leaves its column empty; a null in `met` prints no result.
pub(super) fn add_row(table: &mut String, label: &str, values: &[&Value], met: &Value) {
    let _ = write!(table, "{label:<38}");
    for value in values {
        let _ = match value.as_f64() {
            Some(number) => write!(table, " {number:>9.1}"),
            None => write!(table, " {:>9}", ""),
        };
    }
    let result = match met.as_bool() {
        Some(true) => "  met",
        Some(false) => "  MISSED",
        None => "",
    };
    let _ = writeln!(table, "{result}");
}

/// Returns the median, or NaN of no values.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_is_middle_value() {
        assert_eq!(
            median(&[9.0, 1.0, 5.0]),
            5.0,
            "one slow run must not change it"
        );
        assert_eq!(
            median(&[4.0, 1.0, 2.0, 100.0]),
            3.0,
            "the mean of the two middle values"
        );
    }

    #[test]
    fn missed_goal_is_reported() {
        let baseline = Measurements {
            start_ms: vec![100.0],
            memory_mib: vec![200.0],
        };
        let slow = Measurements {
            start_ms: vec![126.0],
            memory_mib: vec![224.0],
        };
        let report = report(
            &slow,
            &baseline,
            &baseline,
            &Sizes {
                binary: 7_000_000,
                package: 3_000_000,
            },
        );
        assert_eq!(
            report["start"]["met"], false,
            "126 ms is more than 1.25 times 100 ms"
        );
        assert_eq!(
            report["memory"]["met"], true,
            "24 MiB more than the baseline are allowed"
        );
        assert!(table(&report).contains("MISSED"), "the table must show it");
    }
}
