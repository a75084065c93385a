//! What was seen of the window, its goals, and how both are shown and written. Called by `bench window`. It measures
//! nothing.

use serde_json::{Value, json};

use super::flood::RATE;
use super::watched::Watched;
use crate::verbs::bench::figures::add_row;

/// More often in a second the list may not change.
const MOST_UPDATES: f64 = 10.0;
/// As many rows as the list draws while it moves.
const MOST_ROWS: f64 = 50.0;
/// Less growth than this, in MiB, is flat.
const FLAT: f64 = 10.0;

/// What was seen.
pub(super) struct Seen<'a> {
    pub(super) seconds: u64,
    pub(super) warm_up: u64,
    /// What `keystile-bench flood` said.
    pub(super) flood: &'a Value,
    /// What the page said of its list, and of its frames.
    pub(super) list: &'a Value,
    pub(super) frames: &'a Value,
    /// The shell first, then the web process.
    pub(super) watched: &'a [Watched],
    /// Percent of one processor, by everything on this machine.
    pub(super) machine: f64,
}

struct Rows(Vec<Value>);

impl Rows {
    fn add(&mut self, what: impl Into<String>, figure: f64) {
        self.0
            .push(json!({ "what": what.into(), "figure": figure }));
    }

    fn judge(&mut self, what: impl Into<String>, figure: f64, goal: f64, met: bool) {
        self.0
            .push(json!({ "what": what.into(), "figure": figure, "goal": goal, "met": met }));
    }
}

pub(super) fn report(seen: &Seen<'_>) -> Value {
    let of = |source: &Value, name: &str| source[name].as_f64().unwrap_or(f64::NAN);
    let list = |name: &str| of(seen.list, name);
    let frames = |name: &str| of(seen.frames, name);
    let flood = |name: &str| of(seen.flood, name);
    let seconds = list("seconds");
    let mut rows = Rows(Vec::new());
    let rate = flood("per_second");
    // Whole requests: the last one is answered a little after the time is over.
    let met = rate.round() >= f64::from(RATE);
    rows.judge("decisions, /s", rate, f64::from(RATE), met);
    rows.add("  fewest in one second", flood("fewest_in_a_second"));
    rows.add("  counted by the window, /s", list("told") / seconds);
    rows.add("  answer to a request, p99, ms", flood("wait_p99_ms"));
    let updates = list("updates") / seconds;
    let met = updates <= MOST_UPDATES;
    rows.judge("updates of the list, /s", updates, MOST_UPDATES, met);
    let most = list("mostInASecond");
    let met = most <= MOST_UPDATES;
    rows.judge("  most in one second", most, MOST_UPDATES, met);
    let most = list("mostRows");
    rows.judge("most rows in the list", most, MOST_ROWS, most <= MOST_ROWS);
    rows.add("  nodes of the page, before", list("nodesBefore"));
    rows.add("  and after", list("nodesAfter"));
    rows.add("frames, /s", frames("perSecond"));
    rows.add("  from one to the next, p99, ms", frames("p99"));
    rows.add("  longest, ms", frames("longest"));
    // The shell and the web process; what the others hold belongs to the engine and to the measurement.
    for watched in &seen.watched[..seen.watched.len().min(2)] {
        let (before, after) = watched.memory();
        let growth = after - before;
        let what = format!("{}, growth, MiB", watched.name);
        rows.judge(what, growth, FLAT, growth < FLAT);
        rows.add("  memory (PSS) at the end, MiB", after);
        let (before, after) = watched.private();
        rows.add("  growth of its private part, MiB", after - before);
    }
    for watched in seen.watched {
        let what = format!("{}, share of a processor, %", watched.name);
        rows.add(what, watched.share(seconds));
    }
    rows.add("all programs, share of a processor, %", seen.machine);
    let course = |watched: &Watched| json!({ "name": watched.name, "mib": watched.course() });
    json!({
        "seconds": seen.seconds,
        "warm_up_seconds": seen.warm_up,
        "rows": rows.0,
        "courses": seen.watched.iter().map(course).collect::<Vec<_>>(),
        "flood": seen.flood,
        "list": seen.list,
        "frames": seen.frames,
    })
}

pub(super) fn table(report: &Value) -> String {
    let head = format!("{} seconds", report["seconds"]);
    let mut table = format!("{head:<38} {:>9} {:>9}\n", "Keystile", "goal");
    for row in report["rows"].as_array().into_iter().flatten() {
        let what = row["what"].as_str().unwrap_or_default();
        add_row(
            &mut table,
            what,
            &[&row["figure"], &row["goal"]],
            &row["met"],
        );
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table_of(list: &Value, rate: f64) -> String {
        let seen = Seen {
            seconds: 300,
            warm_up: 60,
            flood: &json!({ "per_second": rate }),
            list,
            frames: &json!({}),
            watched: &[],
            machine: 90.0,
        };
        table(&report(&seen))
    }

    #[test]
    fn a_list_that_changes_too_often_or_grows_is_said_to() {
        let calm =
            json!({ "seconds": 300.0, "updates": 2_950, "mostInASecond": 10, "mostRows": 50 });
        assert!(
            !table_of(&calm, 4_999.99).contains("MISSED"),
            "ten times a second and fifty rows are what was promised"
        );
        for (what, list) in [
            (
                "updates",
                json!({ "seconds": 300.0, "updates": 3_300, "mostInASecond": 10, "mostRows": 50 }),
            ),
            (
                "rows",
                json!({ "seconds": 300.0, "updates": 2_950, "mostInASecond": 10, "mostRows": 51 }),
            ),
        ] {
            assert!(
                table_of(&list, 5_000.0).contains("MISSED"),
                "too many {what} must not be hidden"
            );
        }
        assert!(
            table_of(&calm, 4_900.0).contains("MISSED"),
            "fewer decisions than promised show nothing"
        );
    }
}
