//! Faults of all processes of a server together. Each connection has a process of its own, in a group of its own.

use std::fs;
use std::io;
use std::process::Command;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::PostgresServer;
use crate::process::{ServerProcess, wait_until};

/// How long the kernel may take to stop a process.
const SUSPEND_TIMEOUT: Duration = Duration::from_secs(10);

impl PostgresServer {
    /// Kills all processes of the server, as the failure of its machine would. What it has written to files is kept.
    ///
    /// # Panics
    /// If the server is not running.
    pub fn crash(&mut self) {
        let crashed = self.running().and_then(try_crash);
        assert!(crashed.is_ok(), "the server must crash: {crashed:?}");
        self.process = None;
        self.is_suspended = false;
        self.remove_shared_memory();
    }

    /// Stops all processes of the server from running until [`Self::resume`]. Its connections stay open.
    ///
    /// # Panics
    /// If the server is not running.
    pub fn suspend(&mut self) {
        let suspended = self.running().and_then(try_suspend);
        assert!(suspended.is_ok(), "the server must stop: {suspended:?}");
        self.is_suspended = true;
    }

    /// Lets the processes of a suspended server continue.
    ///
    /// # Panics
    /// If the server is not running.
    pub fn resume(&mut self) {
        let resumed = self.try_resume();
        assert!(resumed.is_ok(), "the server must continue: {resumed:?}");
    }

    pub(super) fn try_resume(&mut self) -> io::Result<()> {
        self.is_suspended = false;
        let process = self.running()?;
        signal_all(&children(process.id())?, Signal::CONT)?;
        process.signal(Signal::CONT)
    }

    fn running(&mut self) -> io::Result<&mut ServerProcess> {
        self.process
            .as_mut()
            .ok_or_else(|| io::Error::other("The server is not running."))
    }

    /// Removes what the kernel keeps of a killed server. Its id is the last word of the seventh line.
    fn remove_shared_memory(&self) {
        let file = self.data_directory().join("postmaster.pid");
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().nth(6).unwrap_or_default();
        if let Some(id) = line.split_whitespace().last() {
            // Without ipcrm, 56 bytes remain until the next start of the system.
            let _ = Command::new("ipcrm").args(["-m", id]).output();
        }
    }
}

/// The main process is stopped first, so that it starts no further process and does not notice the end of the others.
fn try_suspend(process: &mut ServerProcess) -> io::Result<Vec<u32>> {
    process.signal(Signal::STOP)?;
    let id = process.id();
    let is_stopped = || Ok(matches!(state_and_parent(id), Some(("T", _))));
    if !wait_until(SUSPEND_TIMEOUT, is_stopped)? {
        return Err(io::ErrorKind::TimedOut.into());
    }
    let children = children(id)?;
    signal_all(&children, Signal::STOP)?;
    Ok(children)
}

fn try_crash(process: &mut ServerProcess) -> io::Result<()> {
    let children = try_suspend(process)?;
    signal_all(&children, Signal::KILL)?;
    process.signal(Signal::KILL)?;
    let is_gone = |id: &u32| !matches!(state_and_parent(*id), Some((state, _)) if state != "Z");
    let are_gone = || Ok(process.has_ended()? && children.iter().all(is_gone));
    match wait_until(SUSPEND_TIMEOUT, are_gone)? {
        true => Ok(()),
        false => Err(io::ErrorKind::TimedOut.into()),
    }
}

fn signal_all(ids: &[u32], signal: Signal) -> io::Result<()> {
    for id in ids {
        let id = i32::try_from(*id).ok().and_then(Pid::from_raw);
        match id.map(|id| kill_process(id, signal)) {
            // It has ended in between.
            None | Some(Ok(()) | Err(rustix::io::Errno::SRCH)) => {}
            Some(Err(error)) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Returns the ids of a process's children.
fn children(parent: u32) -> io::Result<Vec<u32>> {
    let mut children = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        if let Some(id) = name.to_str().and_then(|name| name.parse().ok())
            && matches!(state_and_parent(id), Some((_, found)) if found == parent)
        {
            children.push(id);
        }
    }
    Ok(children)
}

/// Reads a process's state and the id of its parent; `None` if the process has ended.
fn state_and_parent(id: u32) -> Option<(&'static str, u32)> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name before the parenthesis may contain anything.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ');
    let state = match fields.next()? {
        "T" => "T",
        "Z" => "Z",
        _ => "",
    };
    Some((state, fields.next()?.parse().ok()?))
}
