//! A process that checks keys all the time.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use keystile_test_postgres::PausingProxy;
use rustix::process::{Pid, Signal, kill_process};

use crate::fleet::Fleet;

/// The checks of a process.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) accepted: u64,
    pub(crate) denied: u64,
    pub(crate) unavailable: u64,
    pub(crate) violations: u64,
}

impl Counts {
    fn parse(line: &str) -> Option<Self> {
        let mut numbers = line.split(' ').map(|number| number.parse().ok());
        let mut next = || numbers.next().flatten();
        Some(Self {
            accepted: next()?,
            denied: next()?,
            unavailable: next()?,
            violations: next()?,
        })
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.denied += other.denied;
        self.unavailable += other.unavailable;
        self.violations += other.violations;
    }
}

/// A verifier of its own machine, behind a proxy of its own.
pub(crate) struct ReplicaProcess {
    machine: String,
    pub(crate) proxy: PausingProxy,
    keep: Duration,
    child: Child,
    counts: Arc<Mutex<Counts>>,
    /// The counts of processes that were killed.
    earlier: Counts,
}

impl ReplicaProcess {
    /// Starts a process. `keep`: for how long it keeps decisions, which a correct verifier does not do.
    pub(crate) fn start(fleet: &Fleet, machine: &str, keep: Duration) -> Self {
        let proxy = PausingProxy::start(fleet.database.address());
        let counts = Arc::default();
        let child = spawn(fleet, machine, &proxy, keep, &counts);
        Self {
            machine: machine.to_owned(),
            proxy,
            keep,
            child,
            counts,
            earlier: Counts::default(),
        }
    }

    /// Kills the process and starts another one.
    pub(crate) fn restart(&mut self, fleet: &Fleet) {
        self.kill();
        self.earlier.add(self.current());
        self.counts = Arc::default();
        self.child = spawn(fleet, &self.machine, &self.proxy, self.keep, &self.counts);
    }

    /// Stops the process, as a suspended machine is stopped.
    pub(crate) fn suspend(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets a suspended process go on.
    pub(crate) fn resume(&self) {
        self.signal(Signal::CONT);
    }

    /// Returns the checks of all processes on this machine, as of the last report.
    pub(crate) fn counts(&self) -> Counts {
        let mut all = self.earlier;
        all.add(self.current());
        all
    }

    fn current(&self) -> Counts {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("a process that runs");
    }

    fn kill(&mut self) {
        // A suspended process dies, too.
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }
}

impl Drop for ReplicaProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(
    fleet: &Fleet,
    machine: &str,
    proxy: &PausingProxy,
    keep: Duration,
    counts: &Arc<Mutex<Counts>>,
) -> Child {
    let url = fleet.database.url_at(proxy.address());
    fleet.address_of(machine, &url);
    let mut command = Command::new(env!("CARGO_BIN_EXE_fleet_verifier"));
    command
        .arg(&url)
        .arg(fleet.path(machine))
        .arg(fleet.path("keys"))
        .arg(fleet.path("generations"))
        .arg(fleet.environment.as_str())
        .stdout(Stdio::piped());
    if !keep.is_zero() {
        command.arg(keep.as_millis().to_string());
    }
    let mut child = command.spawn().expect("a process");
    let output = child.stdout.take().expect("its output");
    let counts = Arc::clone(counts);
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(parsed) = Counts::parse(&line) {
                *counts.lock().unwrap_or_else(PoisonError::into_inner) = parsed;
            }
        }
    });
    child
}

/// The file with the generations of keys, which all processes read.
pub(crate) struct Generations(std::fs::File);

impl Generations {
    pub(crate) fn create(path: &Path, keys: usize) -> Self {
        std::fs::write(path, vec![0; 4 * keys]).expect("a file");
        let file = std::fs::OpenOptions::new().write(true).open(path);
        Self(file.expect("a file"))
    }

    pub(crate) fn set(&self, index: usize, generation: u32) {
        use std::os::unix::fs::FileExt;
        let bytes = generation.to_le_bytes();
        self.0
            .write_all_at(&bytes, 4 * index as u64)
            .expect("written");
    }
}
