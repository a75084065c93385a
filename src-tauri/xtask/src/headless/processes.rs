//! Finds the descendants of a process in `/proc`, and ends processes. Linux only.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::exec;

/// Returns `root` and its descendants, `root` first.
pub(crate) fn process_tree(root: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|process| Some((process, parent(process)?)))
        .collect();
    let mut tree = vec![root];
    let mut next = 0;
    while let Some(&process) = tree.get(next) {
        let children = parents.iter().filter(|(_, parent)| *parent == process);
        tree.extend(children.map(|(child, _)| child));
        next += 1;
    }
    tree
}

/// Reads the fields of `/proc/PID/stat` after the program's name, which may contain spaces and parentheses.
pub(crate) fn stat_fields(process: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}

fn parent(process: u32) -> Option<u32> {
    stat_fields(process)?.get(1)?.parse().ok()
}

/// Terminates these processes, and kills those that remain after `timeout`.
pub(crate) fn end(processes: &[u32], timeout: Duration) {
    signal("TERM", processes);
    let start = Instant::now();
    while start.elapsed() < timeout {
        if processes.iter().all(|process| has_exited(*process)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    signal("KILL", processes);
}

/// Returns whether a process has exited; a zombie has.
fn has_exited(process: u32) -> bool {
    stat_fields(process).is_none_or(|fields| fields.first().is_none_or(|state| state == "Z"))
}

/// Sends a signal with the shell's builtin `kill`, because a small system has no other.
fn signal(name: &str, processes: &[u32]) {
    let ids: Vec<String> = processes.iter().map(u32::to_string).collect();
    let script = format!("kill -{name} {}", ids.join(" "));
    exec::succeeds(Command::new("sh").args(["-c", &script]));
}
