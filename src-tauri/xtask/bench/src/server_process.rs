//! A measured server process, and the processor time and memory of processes from `/proc`. Linux only.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Killed when it is dropped.
pub(crate) struct ServerProcess {
    child: Child,
    /// `127.0.0.1:7878`.
    pub(crate) address: String,
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // It may have exited already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl ServerProcess {
    /// Starts a program whose first line of output ends with its address.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a server");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let address = line
            .trim()
            .rsplit('/')
            .next()
            .expect("an address")
            .to_owned();
        assert!(address.contains(':'), "the server did not start: {line}");
        Self { child, address }
    }

    /// Returns the processor time so far, in microseconds.
    pub(crate) fn cpu_time(&self) -> f64 {
        cpu_time(self.child.id())
    }

    /// Returns the memory with shared pages counted proportionally (PSS), in MiB.
    pub(crate) fn memory(&self) -> f64 {
        memory(self.child.id())
    }
}

/// Reads the processor time of a process in user and system mode, in microseconds.
pub(crate) fn cpu_time(process: u32) -> f64 {
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

/// Reads the memory of a process with shared pages counted proportionally (PSS), in MiB.
pub(crate) fn memory(process: u32) -> f64 {
    let rollup =
        std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).expect("smaps_rollup");
    let line = rollup
        .lines()
        .find_map(|line| line.strip_prefix("Pss:"))
        .expect("Pss");
    let kib = line.trim().trim_end_matches(" kB");
    kib.parse::<f64>().expect("KiB") / 1024.0
}
