//! Looks at processes through `/proc`: who descends from whom, what they hold and have spent, and how to end them.
//! Called by `bench` and by the driver's hand-over. Linux only; it knows no program by name.

use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::program;

/// `ancestor` and all that descend from it, the ancestor first.
pub(crate) fn family(ancestor: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|process| Some((process, parent(process)?)))
        .collect();
    let mut family = vec![ancestor];
    let mut next = 0;
    while let Some(&member) = family.get(next) {
        family.extend(
            parents
                .iter()
                .filter(|(_, parent)| *parent == member)
                .map(|(child, _)| child),
        );
        next += 1;
    }
    family
}

fn parent(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The program's name stands in brackets and may itself contain brackets and spaces.
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_whitespace().nth(1)?.parse().ok()
}

/// Memory of these processes in KiB, pages shared with others counted by share (PSS).
pub(crate) fn proportional_memory(processes: &[u32]) -> u64 {
    processes
        .iter()
        .filter_map(|process| rollup(*process))
        .map(|rollup| kib(&rollup, "Pss:"))
        .sum()
}

fn rollup(process: u32) -> Option<String> {
    fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()
}

fn kib(rollup: &str, name: &str) -> u64 {
    rollup
        .lines()
        .find(|line| line.starts_with(name))
        .and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}

/// What a process is called by the system: the first 15 letters of its program's name.
pub(crate) fn name(process: u32) -> Option<String> {
    let name = fs::read_to_string(format!("/proc/{process}/comm")).ok()?;
    Some(name.trim_end().to_owned())
}

/// What a process holds at a moment, and what it has spent until then.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    /// KiB, pages shared with others counted by share (PSS).
    pub(crate) memory: u64,
    /// KiB that no other process has.
    pub(crate) private: u64,
    /// Time of a processor, in user and system mode.
    pub(crate) spent: Duration,
}

/// None when the process has ended.
pub(crate) fn read(process: u32) -> Option<Reading> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |place: usize| fields.get(place)?.parse::<u64>().ok();
    let rollup = rollup(process)?;
    Some(Reading {
        memory: kib(&rollup, "Pss:"),
        private: kib(&rollup, "Private_Clean:") + kib(&rollup, "Private_Dirty:"),
        spent: time(ticks(11)? + ticks(12)?),
    })
}

/// What all processes together have spent since the system started.
pub(crate) fn spent_by_all() -> Duration {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let fields = stat.lines().next().unwrap_or_default().split_whitespace();
    let ticks: Vec<u64> = fields.filter_map(|field| field.parse().ok()).collect();
    // User, nice, system; then idle and waiting, which nobody spends; then interrupts.
    let spent = ticks.iter().take(3).chain(ticks.iter().skip(5).take(2));
    time(spent.sum())
}

/// What `/proc` counts in hundredths of a second, whatever the kernel's own clock does.
fn time(ticks: u64) -> Duration {
    Duration::from_millis(ticks * 10)
}

/// Asks these processes to end, and after `patience` makes those that remain.
pub(crate) fn end(processes: &[u32], patience: Duration) {
    signal("TERM", processes);
    let begun = std::time::Instant::now();
    while begun.elapsed() < patience {
        if processes.iter().all(|process| has_ended(*process)) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    signal("KILL", processes);
}

/// A zombie has ended too: its parent only has not looked yet.
fn has_ended(process: u32) -> bool {
    match fs::read_to_string(format!("/proc/{process}/stat")) {
        Err(_) => true,
        Ok(stat) => stat
            .rsplit_once(')')
            .is_none_or(|(_, rest)| rest.trim_start().starts_with('Z')),
    }
}

/// The shell's own `kill`: a small system has no other.
fn signal(name: &str, processes: &[u32]) {
    let ids: Vec<String> = processes.iter().map(u32::to_string).collect();
    let line = format!("kill -{name} {}", ids.join(" "));
    program::succeeds(Command::new("sh").args(["-c", &line]));
}
