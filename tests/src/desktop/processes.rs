//! Process groups that end with their handle, and signals. Touches only processes whose HOME is the temporary one.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::error::{TestError, TestResult};

/// A process and its descendants, killed on drop.
#[derive(Debug)]
pub struct ProcessGroup(Child);

impl ProcessGroup {
    /// Starts `command` as the leader of a new process group.
    ///
    /// # Errors
    /// The program could not be started.
    pub fn start(command: &mut Command) -> TestResult<Self> {
        command.process_group(0);
        let name = command.get_program().to_owned();
        command.spawn().map(Self).map_err(|cause| {
            TestError::new(format!(
                "{} could not be started: {cause}",
                name.to_string_lossy()
            ))
        })
    }

    /// Starts `command` and reads the first line of its standard output.
    ///
    /// # Errors
    /// The program could not be started, or it exited without output.
    pub fn start_and_read_line(command: &mut Command) -> TestResult<(Self, String)> {
        let mut group = Self::start(command.stdout(Stdio::piped()))?;
        let output = group
            .0
            .stdout
            .take()
            .ok_or_else(|| TestError::new("no output"))?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        if line.trim().is_empty() {
            return Err(TestError::new("the process exited without output"));
        }
        Ok((group, line.trim().to_owned()))
    }

    /// Returns the process id of the leader.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Sends a signal to the whole group.
    pub fn signal(&self, signal: Signal) {
        if let Some(id) = pid(self.0.id()) {
            // The group may have exited.
            let _gone = kill_process_group(id, signal);
        }
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
        let _already_reaped = self.0.wait();
    }
}

fn pid(id: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(id).ok()?)
}

/// Sends a signal to one process.
///
/// # Errors
/// There is no such process.
pub fn signal(id: u32, signal: Signal) -> TestResult {
    let id = pid(id).ok_or_else(|| TestError::new("no process id"))?;
    Ok(kill_process(id, signal)?)
}

/// Returns the running processes whose HOME is `home` and whose program is called `name`.
pub fn find_by_home(home: &Path, name: &str) -> Vec<u32> {
    running(home, |exe| exe == name)
}

/// Kills every process whose HOME is `home`, so that the directory can be deleted.
pub fn kill_all(home: &Path) {
    let begun = Instant::now();
    loop {
        let left = running(home, |_| true);
        if left.is_empty() || begun.elapsed() > Duration::from_secs(5) {
            return;
        }
        for id in left {
            // It may have exited meanwhile.
            let _gone = signal(id, Signal::KILL);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Returns whether the process has exited. A zombie has.
pub fn has_exited(id: u32) -> bool {
    fs::read_to_string(format!("/proc/{id}/stat")).map_or(true, |stat| {
        stat.rsplit_once(')')
            .is_none_or(|(_, rest)| rest.trim_start().starts_with('Z'))
    })
}

fn running(home: &Path, wanted: impl Fn(&str) -> bool) -> Vec<u32> {
    let mut marker = b"HOME=".to_vec();
    marker.extend_from_slice(home.as_os_str().as_encoded_bytes());
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|id| *id != std::process::id() && !has_exited(*id))
        .filter(|id| {
            fs::read(format!("/proc/{id}/environ"))
                .is_ok_and(|variables| variables.split(|byte| *byte == 0).any(|v| v == marker))
        })
        .filter(|id| {
            fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| {
                let name = exe.file_name().and_then(OsStr::to_str).unwrap_or_default();
                wanted(name.trim_end_matches(" (deleted)"))
            })
        })
        .collect()
}
