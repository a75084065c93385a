//! Reads memory and processor time from `/proc`. Linux only.

use std::fs;
use std::time::Duration;

use crate::headless::processes::stat_fields;

/// Returns the memory of these processes in KiB, with shared pages counted proportionally (PSS).
pub(super) fn proportional_memory(processes: &[u32]) -> u64 {
    let rollups = processes
        .iter()
        .filter_map(|process| memory_rollup(*process));
    rollups.map(|rollup| kib(&rollup, "Pss:")).sum()
}

fn memory_rollup(process: u32) -> Option<String> {
    fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()
}

fn kib(rollup: &str, field: &str) -> u64 {
    let line = rollup.lines().find(|line| line.starts_with(field));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}

/// Returns the first 15 characters of a program's name.
pub(super) fn name(process: u32) -> Option<String> {
    let name = fs::read_to_string(format!("/proc/{process}/comm")).ok()?;
    Some(name.trim_end().to_owned())
}

/// The resource use of a process at one time.
#[derive(Clone, Copy)]
pub(super) struct Sample {
    /// KiB, with shared pages counted proportionally (PSS).
    pub(super) memory: u64,
    /// KiB that no other process shares.
    pub(super) private: u64,
    /// Processor time so far, in user and system mode.
    pub(super) cpu_time: Duration,
}

/// Reads a sample, or `None` if the process has exited.
pub(super) fn sample(process: u32) -> Option<Sample> {
    let fields = stat_fields(process)?;
    let ticks = |index: usize| fields.get(index)?.parse::<u64>().ok();
    let rollup = memory_rollup(process)?;
    Some(Sample {
        memory: kib(&rollup, "Pss:"),
        private: kib(&rollup, "Private_Clean:") + kib(&rollup, "Private_Dirty:"),
        cpu_time: from_ticks(ticks(11)? + ticks(12)?),
    })
}

/// Reads the processor time of all processes since the system started.
pub(super) fn total_cpu_time() -> Duration {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let fields = stat.lines().next().unwrap_or_default().split_whitespace();
    let ticks: Vec<u64> = fields.filter_map(|field| field.parse().ok()).collect();
    // user, nice, system; then idle and iowait, which are not processor time; then interrupts.
    let busy = ticks.iter().take(3).chain(ticks.iter().skip(5).take(2));
    from_ticks(busy.sum())
}

/// Converts the ticks of `/proc`, which are always hundredths of a second.
fn from_ticks(ticks: u64) -> Duration {
    Duration::from_millis(ticks * 10)
}
