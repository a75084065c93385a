//! The report of `bench window`: rates, memory growth, goals, and their table.

use serde_json::{Value, json};

use super::load::RATE;
use super::process_samples::ProcessSamples;
use crate::commands::bench::desktop_report::add_row;

/// Updates of the list per second.
const MAX_UPDATES: f64 = 10.0;
/// Rows in the list.
const MAX_ROWS: f64 = 50.0;
/// Memory growth of a process, in MiB.
const MAX_GROWTH: f64 = 10.0;

/// The raw measurements.
pub(super) struct Measurements<'a> {
    pub(super) seconds: u64,
    pub(super) warm_up: u64,
    /// The output of `keystile-bench load`.
    pub(super) load: &'a Value,
    /// What `observer.js` counted.
    pub(super) list: &'a Value,
    pub(super) frames: &'a Value,
    /// The application first, then the web process.
    pub(super) processes: &'a [ProcessSamples],
    /// Processor time of all programs, in percent of one core.
    pub(super) total_cpu: f64,
}

struct Rows(Vec<Value>);

impl Rows {
    fn add(&mut self, label: impl Into<String>, value: f64) {
        self.0
            .push(json!({ "label": label.into(), "value": value }));
    }

    fn add_with_goal(&mut self, label: impl Into<String>, value: f64, goal: f64, met: bool) {
        self.0
            .push(json!({ "label": label.into(), "value": value, "goal": goal, "met": met }));
    }
}

pub(super) fn report(measurements: &Measurements<'_>) -> Value {
    let number = |source: &Value, name: &str| source[name].as_f64().unwrap_or(f64::NAN);
    let list = |name: &str| number(measurements.list, name);
    let frames = |name: &str| number(measurements.frames, name);
    let load = |name: &str| number(measurements.load, name);
    let seconds = list("seconds");
    let mut rows = Rows(Vec::new());
    let rate = load("per_second");
    // Rounded: the last response arrives shortly after the measured time.
    let met = rate.round() >= f64::from(RATE);
    rows.add_with_goal("decisions, /s", rate, f64::from(RATE), met);
    rows.add("  minimum in one second", load("min_per_second"));
    rows.add("  logged, /s", list("logged") / seconds);
    rows.add("  response time, p99, ms", load("latency_p99_ms"));
    let updates = list("updates") / seconds;
    let met = updates <= MAX_UPDATES;
    rows.add_with_goal("updates of the list, /s", updates, MAX_UPDATES, met);
    let most = list("maxPerSecond");
    let met = most <= MAX_UPDATES;
    rows.add_with_goal("  maximum in one second", most, MAX_UPDATES, met);
    let most = list("maxRows");
    rows.add_with_goal(
        "rows in the list, maximum",
        most,
        MAX_ROWS,
        most <= MAX_ROWS,
    );
    rows.add("  nodes of the page, at the start", list("nodesAtStart"));
    rows.add("  and at the end", list("nodesAtEnd"));
    rows.add("frames, /s", frames("perSecond"));
    rows.add("  frame time, p99, ms", frames("p99"));
    rows.add("  maximum, ms", frames("max"));
    // Only the application and the web process: the others belong to the engine and to the measurement.
    for process in measurements.processes.iter().take(2) {
        let (before, after) = process.memory();
        let growth = after - before;
        let label = format!("{}, growth, MiB", process.name);
        rows.add_with_goal(label, growth, MAX_GROWTH, growth < MAX_GROWTH);
        rows.add("  memory (PSS) at the end, MiB", after);
        let (before, after) = process.private();
        rows.add("  growth of private memory, MiB", after - before);
    }
    for process in measurements.processes {
        let label = format!("{}, processor time, %", process.name);
        rows.add(label, process.cpu_percent(seconds));
    }
    rows.add("all programs, processor time, %", measurements.total_cpu);
    let course =
        |process: &ProcessSamples| json!({ "name": process.name, "mib": process.memory_course() });
    json!({
        "seconds": measurements.seconds,
        "warm_up_seconds": measurements.warm_up,
        "rows": rows.0,
        "memory": measurements.processes.iter().map(course).collect::<Vec<_>>(),
        "load": measurements.load,
        "list": measurements.list,
        "frames": measurements.frames,
    })
}

pub(super) fn table(report: &Value) -> String {
    let head = format!("{} seconds", report["seconds"]);
    let mut table = format!("{head:<38} {:>9} {:>9}\n", "Keystile", "goal");
    for row in report["rows"].as_array().into_iter().flatten() {
        let label = row["label"].as_str().unwrap_or_default();
        add_row(
            &mut table,
            label,
            &[&row["value"], &row["goal"]],
            &row["met"],
        );
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table_of(list: &Value, rate: f64) -> String {
        let measurements = Measurements {
            seconds: 300,
            warm_up: 60,
            load: &json!({ "per_second": rate }),
            list,
            frames: &json!({}),
            processes: &[],
            total_cpu: 90.0,
        };
        table(&report(&measurements))
    }

    #[test]
    fn missed_goals_are_reported() {
        let good = json!({ "seconds": 300.0, "updates": 2_950, "maxPerSecond": 10, "maxRows": 50 });
        assert!(
            !table_of(&good, 4_999.99).contains("MISSED"),
            "ten updates a second and fifty rows are allowed"
        );
        for (name, list) in [
            (
                "updates",
                json!({ "seconds": 300.0, "updates": 3_300, "maxPerSecond": 10, "maxRows": 50 }),
            ),
            (
                "rows",
                json!({ "seconds": 300.0, "updates": 2_950, "maxPerSecond": 10, "maxRows": 51 }),
            ),
        ] {
            assert!(
                table_of(&list, 5_000.0).contains("MISSED"),
                "too many {name} must be reported"
            );
        }
        assert!(
            table_of(&good, 4_900.0).contains("MISSED"),
            "a lower rate measures something else"
        );
    }
}
