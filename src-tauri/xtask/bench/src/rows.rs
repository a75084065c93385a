//! One figure a row: the median of several runs, its goal, and how both are shown. It measures nothing.

use std::fmt::Write;

use serde_json::json;

/// How often each thing is measured.
pub(crate) const RUNS: usize = 7;

/// One figure.
pub(crate) struct Row {
    /// What was measured.
    pub(crate) what: String,
    /// `µs`, `ms`, `MiB`, `/s` or `×`.
    pub(crate) unit: &'static str,
    /// The median.
    pub(crate) median: f64,
    /// What it must not exceed; or, with `is_floor`, fall below.
    pub(crate) goal: Option<f64>,
    is_floor: bool,
}

impl Row {
    pub(crate) fn new(what: impl Into<String>, unit: &'static str, mut runs: Vec<f64>) -> Self {
        runs.sort_by(f64::total_cmp);
        Self {
            what: what.into(),
            unit,
            median: runs.get(runs.len() / 2).copied().unwrap_or(f64::NAN),
            goal: None,
            is_floor: false,
        }
    }

    pub(crate) fn at_most(self, goal: f64) -> Self {
        Self {
            goal: Some(goal),
            ..self
        }
    }

    pub(crate) fn at_least(self, goal: f64) -> Self {
        Self {
            goal: Some(goal),
            is_floor: true,
            ..self
        }
    }

    fn is_met(&self) -> Option<bool> {
        self.goal.map(|goal| {
            if self.is_floor {
                self.median >= goal
            } else {
                self.median <= goal
            }
        })
    }
}

pub(crate) fn table(rows: &[Row]) -> String {
    let mut table = format!(
        "{:<52} {:>10} {:>10}\n",
        format!("median of {RUNS} runs"),
        "",
        "goal"
    );
    for row in rows {
        let figure = format!("{:.2} {}", row.median, row.unit);
        let goal = row
            .goal
            .map_or_else(String::new, |goal| format!("{goal} {}", row.unit));
        let verdict = match row.is_met() {
            Some(true) => "  met",
            Some(false) => "  MISSED",
            None => "",
        };
        let _ = writeln!(table, "{:<52} {figure:>10} {goal:>10}{verdict}", row.what);
    }
    table
}

pub(crate) fn json(rows: &[Row]) -> String {
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            json!({"what": row.what, "unit": row.unit, "median": row.median, "goal": row.goal, "met": row.is_met()})
        })
        .collect();
    format!("{:#}\n", json!(rows))
}
