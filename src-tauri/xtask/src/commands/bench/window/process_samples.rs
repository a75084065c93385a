//! Samples of a process over time: its memory growth and its processor time.

use anyhow::Context;

use crate::commands::bench::desktop_report::median;
use crate::commands::bench::process_stats::{self, Sample};

/// Seconds between two samples.
pub(super) const SAMPLE_SECONDS: u64 = 5;

/// How many samples are combined by median, so that a garbage collection between two of them is not growth.
const WINDOW: usize = 6;

pub(super) struct ProcessSamples {
    pub(super) name: &'static str,
    process: u32,
    samples: Vec<Sample>,
    /// How many samples belong to the warm-up.
    warm_up: usize,
}

impl ProcessSamples {
    pub(super) fn new(name: &'static str, process: u32) -> Self {
        Self {
            name,
            process,
            samples: Vec::new(),
            warm_up: 0,
        }
    }

    /// Takes a sample.
    pub(super) fn sample(&mut self) -> anyhow::Result<()> {
        let sample = process_stats::sample(self.process);
        self.samples
            .push(sample.with_context(|| format!("The {} exited", self.name))?);
        Ok(())
    }

    /// Ends the warm-up. Growth is relative to its last samples.
    pub(super) fn end_warm_up(&mut self) {
        self.warm_up = self.samples.len();
    }

    /// Returns the memory in MiB, at the end of the warm-up and at the end.
    pub(super) fn memory(&self) -> (f64, f64) {
        self.start_and_end(|sample| sample.memory)
    }

    /// Returns the memory that no other process shares, as [`ProcessSamples::memory`].
    pub(super) fn private(&self) -> (f64, f64) {
        self.start_and_end(|sample| sample.private)
    }

    fn start_and_end(&self, kib: impl Fn(&Sample) -> u64) -> (f64, f64) {
        let (before, after) = self.samples.split_at(self.warm_up);
        let last = |samples: &[Sample]| {
            let start = samples.len().saturating_sub(WINDOW);
            let mib: Vec<f64> = samples[start..]
                .iter()
                .map(|sample| to_mib(kib(sample)))
                .collect();
            median(&mib)
        };
        (last(before), last(after))
    }

    /// Returns the memory of each sample, in MiB.
    pub(super) fn memory_course(&self) -> Vec<f64> {
        self.samples
            .iter()
            .map(|sample| to_mib(sample.memory))
            .collect()
    }

    /// Returns the processor time since the warm-up, in percent of one core.
    pub(super) fn cpu_percent(&self, seconds: f64) -> f64 {
        let cpu_time =
            |sample: Option<&Sample>| sample.map_or(0.0, |sample| sample.cpu_time.as_secs_f64());
        let before = self.samples[..self.warm_up].last();
        (cpu_time(self.samples.last()) - cpu_time(before)) / seconds * 100.0
    }
}

fn to_mib(kib: u64) -> f64 {
    kib as f64 / 1_024.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// One sample per second, with this memory in MiB.
    fn samples(warm_up: &[u64], after: &[u64]) -> ProcessSamples {
        let memory = warm_up.iter().chain(after).enumerate();
        ProcessSamples {
            name: "test",
            process: 0,
            samples: memory
                .map(|(second, mib)| Sample {
                    memory: mib * 1_024,
                    private: 0,
                    cpu_time: Duration::from_secs(second as u64),
                })
                .collect(),
            warm_up: warm_up.len(),
        }
    }

    #[test]
    fn garbage_collection_is_not_growth() {
        let flat = samples(
            &[200, 100, 101, 140, 100],
            &[150, 100, 102, 100, 101, 141, 100],
        );
        let (before, after) = flat.memory();
        assert!(
            (after - before).abs() < 2.0,
            "{before} and {after}: a peak between two samples is not growth"
        );
        let grown = samples(&[100; 6], &[110, 120, 130, 140, 150, 160, 170, 180]);
        let (before, after) = grown.memory();
        assert!(after - before > 50.0, "steady growth must be reported");
    }

    #[test]
    fn cpu_percent_excludes_warm_up() {
        let percent = samples(&[1; 5], &[1; 3]).cpu_percent(6.0);
        assert_eq!(
            percent, 50.0,
            "three of six seconds; the first four belong to the warm-up"
        );
    }
}
