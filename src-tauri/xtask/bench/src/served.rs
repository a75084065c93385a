//! A server under measurement: a process of its own, its processor time and its memory as `/proc` tells them. Linux only.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Ended with the measurement.
pub(crate) struct Served {
    child: Child,
    /// `127.0.0.1:7878`.
    pub(crate) address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

impl Served {
    /// Starts a program that first prints a line with its address at the end.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a server");
        let mut line = String::new();
        let out = child.stdout.as_mut().expect("a pipe");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let address = line
            .trim()
            .rsplit('/')
            .next()
            .expect("an address")
            .to_owned();
        assert!(address.contains(':'), "it did not start: {line}");
        Self { child, address }
    }

    /// Microseconds of processor time so far, in user and system mode.
    pub(crate) fn spent(&self) -> f64 {
        spent_by(self.child.id())
    }

    /// MiB that it has for itself, and its share of what it has with others.
    pub(crate) fn memory(&self) -> f64 {
        memory_of(self.child.id())
    }
}

/// Microseconds of processor time that a process took so far, in user and system mode.
pub(crate) fn spent_by(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("stat");
    let fields: Vec<&str> = stat
        .rsplit(") ")
        .next()
        .expect("fields")
        .split(' ')
        .collect();
    let ticks: u64 = [fields[11], fields[12]]
        .map(|field| field.parse::<u64>().expect("ticks"))
        .iter()
        .sum();
    ticks as f64 * 1e6 / rustix::param::clock_ticks_per_second() as f64
}

/// MiB that a process has for itself, and its share of what it has with others.
pub(crate) fn memory_of(process: u32) -> f64 {
    let rollup =
        std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).expect("smaps_rollup");
    let line = rollup
        .lines()
        .find_map(|line| line.strip_prefix("Pss:"))
        .expect("Pss");
    let kib = line.trim().trim_end_matches(" kB");
    kib.parse::<f64>().expect("KiB") / 1024.0
}
