//! A process that is looked at every few seconds: how its memory grew, and how much of a processor it took.
//! Called by `bench window`. It knows no process by name.

use crate::desk::processes::{self, Reading};
use crate::failure::Failure;
use crate::verbs::bench::figures::median;

/// Between two looks, in seconds.
pub(super) const PACE: u64 = 5;

/// So many readings in a row make one figure: a garbage collection between two of them is no growth.
const TOGETHER: usize = 6;

pub(super) struct Watched {
    pub(super) name: &'static str,
    process: u32,
    readings: Vec<Reading>,
    /// How many of them belong to the warm-up.
    warm_up: usize,
}

impl Watched {
    pub(super) fn new(name: &'static str, process: u32) -> Self {
        Self {
            name,
            process,
            readings: Vec::new(),
            warm_up: 0,
        }
    }

    /// # Errors
    /// The process has ended.
    pub(super) fn look(&mut self) -> Result<(), Failure> {
        let reading = processes::read(self.process)
            .ok_or_else(|| Failure::new(format!("The {} has ended.", self.name)))?;
        self.readings.push(reading);
        Ok(())
    }

    /// What was read until now belongs to the warm-up, whose last readings are the ground of all growth.
    pub(super) fn is_warm(&mut self) {
        self.warm_up = self.readings.len();
    }

    /// MiB at the end of the warm-up and at the end of all.
    pub(super) fn memory(&self) -> (f64, f64) {
        self.both(|reading| reading.memory)
    }

    /// As `memory`, without what other processes have too.
    pub(super) fn private(&self) -> (f64, f64) {
        self.both(|reading| reading.private)
    }

    fn both(&self, kib: impl Fn(&Reading) -> u64) -> (f64, f64) {
        let (before, after) = self.readings.split_at(self.warm_up);
        let last = |readings: &[Reading]| {
            let from = readings.len().saturating_sub(TOGETHER);
            let mib: Vec<f64> = readings[from..]
                .iter()
                .map(|reading| mib(kib(reading)))
                .collect();
            median(&mib)
        };
        (last(before), last(after))
    }

    /// Each reading's memory, in MiB.
    pub(super) fn course(&self) -> Vec<f64> {
        let readings = self.readings.iter();
        readings.map(|reading| mib(reading.memory)).collect()
    }

    /// Percent of one processor since the warm-up.
    pub(super) fn share(&self, seconds: f64) -> f64 {
        let spent = |reading: Option<&Reading>| reading.map_or(0.0, |it| it.spent.as_secs_f64());
        let before = self.readings[..self.warm_up].last();
        (spent(self.readings.last()) - spent(before)) / seconds * 100.0
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "KiB of a process fit a double many times over"
)]
fn mib(kib: u64) -> f64 {
    kib as f64 / 1_024.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn watched(warm_up: &[u64], after: &[u64]) -> Watched {
        let readings = warm_up.iter().chain(after).enumerate();
        Watched {
            name: "test",
            process: 0,
            readings: readings
                .map(|(place, mib)| Reading {
                    memory: mib * 1_024,
                    private: 0,
                    spent: Duration::from_secs(place as u64),
                })
                .collect(),
            warm_up: warm_up.len(),
        }
    }

    #[test]
    fn growth_is_what_stays_not_what_a_collection_takes_back() {
        let flat = watched(
            &[200, 100, 101, 140, 100],
            &[150, 100, 102, 100, 101, 141, 100],
        );
        let (before, after) = flat.memory();
        assert!(
            (after - before).abs() < 2.0,
            "{before} and {after}: a peak between two readings is no growth"
        );
        let grown = watched(&[100; 6], &[110, 120, 130, 140, 150, 160, 170, 180]);
        let (before, after) = grown.memory();
        assert!(
            after - before > 50.0,
            "what grows with every reading must be seen"
        );
    }

    #[test]
    fn the_share_begins_after_the_warm_up() {
        let share = watched(&[1; 5], &[1; 3]).share(6.0);
        assert_eq!(
            share, 50.0,
            "three seconds of six; the first four are not asked"
        );
    }
}
