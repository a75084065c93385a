//! Looks at processes through `/proc`: who descends from whom, how much memory they hold, and how to end them.
//! Called by `bench` and by the driver's hand-over. Linux only; it knows no program by name.

use std::fs;
use std::process::Command;

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
        .filter_map(|process| fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok())
        .filter_map(|rollup| {
            let line = rollup.lines().find(|line| line.starts_with("Pss:"))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        })
        .sum()
}

/// Asks these processes to end, and after `patience` makes those that remain.
pub(crate) fn end(processes: &[u32], patience: std::time::Duration) {
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
