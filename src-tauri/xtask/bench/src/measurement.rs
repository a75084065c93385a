//! A measured value with its goal, and the table and JSON of all values.

use std::fmt::Write;

use serde_json::json;

/// How often each value is measured.
pub(crate) const RUNS: usize = 7;

/// The median of several runs.
pub(crate) struct Measurement {
    pub(crate) label: String,
    /// `µs`, `ms`, `MiB`, `/s`, or `×`.
    pub(crate) unit: &'static str,
    pub(crate) median: f64,
    /// The maximum, or with `is_minimum` the minimum.
    pub(crate) goal: Option<f64>,
    is_minimum: bool,
}

impl Measurement {
    pub(crate) fn new(label: impl Into<String>, unit: &'static str, mut runs: Vec<f64>) -> Self {
        runs.sort_by(f64::total_cmp);
        Self {
            label: label.into(),
            unit,
            median: runs.get(runs.len() / 2).copied().unwrap_or(f64::NAN),
            goal: None,
            is_minimum: false,
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
            is_minimum: true,
            ..self
        }
    }

    fn is_met(&self) -> Option<bool> {
        self.goal.map(|goal| {
            if self.is_minimum {
                self.median >= goal
            } else {
                self.median <= goal
            }
        })
    }
}

pub(crate) fn table(measurements: &[Measurement]) -> String {
    let mut table = format!(
        "{:<52} {:>10} {:>10}\n",
        format!("median of {RUNS} runs"),
        "",
        "goal"
    );
    for measurement in measurements {
        let value = format!("{:.2} {}", measurement.median, measurement.unit);
        let goal = measurement
            .goal
            .map_or_else(String::new, |goal| format!("{goal} {}", measurement.unit));
        let result = match measurement.is_met() {
            Some(true) => "  met",
            Some(false) => "  MISSED",
            None => "",
        };
        let _ = writeln!(
            table,
            "{:<52} {value:>10} {goal:>10}{result}",
            measurement.label
        );
    }
    table
}

pub(crate) fn json(measurements: &[Measurement]) -> String {
    let values: Vec<_> = measurements
        .iter()
        .map(|measurement| {
            json!({
                "label": measurement.label,
                "unit": measurement.unit,
                "median": measurement.median,
                "goal": measurement.goal,
                "met": measurement.is_met(),
            })
        })
        .collect();
    format!("{:#}\n", json!(values))
}
