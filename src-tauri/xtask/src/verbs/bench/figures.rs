//! Medians, goals, and how they are shown and written.
//! Called by `bench`. It measures nothing.

use std::fmt::Write;

use serde_json::{Value, json};

/// Keystile may take this much longer to start than an empty window.
const START_FACTOR: f64 = 1.25;

/// Keystile may hold this much more memory than an empty window, in MiB.
const MEMORY_MARGIN: f64 = 25.0;

/// The largest binary, in MB (10⁶ bytes).
const LARGEST_BINARY: f64 = 15.0;

/// What was measured of one program, one entry a run.
#[derive(Default)]
pub(super) struct Figures {
    /// Milliseconds from starting the process to the first screen drawn.
    pub(super) start_ms: Vec<f64>,
    /// PSS of all its processes, in MiB.
    pub(super) memory_mib: Vec<f64>,
}

/// Bytes.
pub(super) struct Sizes {
    pub(super) binary: u64,
    pub(super) package: u64,
}

/// The goal of the start is set by the floor that has drawn (`drawn`): both figures end at the second frame. The
/// floor's own figure, at the end of loading, is reported beside it.
pub(super) fn report(keystile: &Figures, floor: &Figures, drawn: &Figures, sizes: &Sizes) -> Value {
    let start = (median(&keystile.start_ms), median(&drawn.start_ms));
    let memory = (median(&keystile.memory_mib), median(&floor.memory_mib));
    #[expect(clippy::cast_precision_loss, reason = "a file's size fits a double")]
    let (binary, package) = (sizes.binary as f64 / 1e6, sizes.package as f64 / 1e6);
    json!({
        "runs": keystile.start_ms.len(),
        "start": {
            "keystile_ms": start.0, "floor_ms": start.1, "goal_ms": start.1 * START_FACTOR,
            "met": start.0 <= start.1 * START_FACTOR,
            "all_keystile_ms": keystile.start_ms, "all_floor_ms": drawn.start_ms,
            "floor_loaded_ms": median(&floor.start_ms), "all_floor_loaded_ms": floor.start_ms,
        },
        "memory": {
            "keystile_mib": memory.0, "floor_mib": memory.1, "goal_mib": memory.1 + MEMORY_MARGIN,
            "met": memory.0 <= memory.1 + MEMORY_MARGIN,
            "all_keystile_mib": keystile.memory_mib, "all_floor_mib": floor.memory_mib,
        },
        "binary": { "mb": binary, "goal_mb": LARGEST_BINARY, "met": binary <= LARGEST_BINARY },
        "deb": { "mb": package },
    })
}

pub(super) fn table(report: &Value) -> String {
    let mut table = format!(
        "{:<38} {:>9} {:>9} {:>9}\n",
        format!("median of {} runs", report["runs"]),
        "Keystile",
        "floor",
        "goal"
    );
    let mut row = |what: &str, figures: [&Value; 3], met: &Value| {
        add_row(&mut table, what, &figures, met);
    };
    let start = &report["start"];
    let memory = &report["memory"];
    row(
        "start to first screen, ms",
        [&start["keystile_ms"], &start["floor_ms"], &start["goal_ms"]],
        &start["met"],
    );
    row(
        "idle memory (PSS, all processes), MiB",
        [
            &memory["keystile_mib"],
            &memory["floor_mib"],
            &memory["goal_mib"],
        ],
        &memory["met"],
    );
    row(
        "  an empty page loaded, not drawn, ms",
        [&Value::Null, &start["floor_loaded_ms"], &Value::Null],
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

/// One line; a figure that is null leaves its place empty, a verdict that is null says nothing.
pub(super) fn add_row(table: &mut String, what: &str, figures: &[&Value], met: &Value) {
    let _ = write!(table, "{what:<38}");
    for figure in figures {
        let _ = match figure.as_f64() {
            Some(number) => write!(table, " {number:>9.1}"),
            None => write!(table, " {:>9}", ""),
        };
    }
    let verdict = match met.as_bool() {
        Some(true) => "  met",
        Some(false) => "  MISSED",
        None => "",
    };
    let _ = writeln!(table, "{verdict}");
}

pub(super) fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
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
    fn the_median_stands_in_the_middle() {
        assert_eq!(
            median(&[9.0, 1.0, 5.0]),
            5.0,
            "one run too slow must not move it"
        );
        assert_eq!(
            median(&[4.0, 1.0, 2.0, 100.0]),
            3.0,
            "of an even number, the mean of both in the middle"
        );
    }

    #[test]
    fn a_missed_goal_is_said() {
        let floor = Figures {
            start_ms: vec![100.0],
            memory_mib: vec![200.0],
        };
        let slow = Figures {
            start_ms: vec![126.0],
            memory_mib: vec![224.0],
        };
        let report = report(
            &slow,
            &floor,
            &floor,
            &Sizes {
                binary: 7_000_000,
                package: 3_000_000,
            },
        );
        assert_eq!(
            report["start"]["met"], false,
            "126 ms is more than a quarter above 100 ms"
        );
        assert_eq!(
            report["memory"]["met"], true,
            "24 MiB more than the floor is within the margin"
        );
        assert!(
            table(&report).contains("MISSED"),
            "the table must not hide it"
        );
    }
}
