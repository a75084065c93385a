//! A server process that ends with the process that started it, even if that is killed: a shell in the background waits
//! until the pipe from the starting process is closed.
//!
//! The kernel's parent-death signal is no alternative, because it is sent when the starting *thread* ends, and a test is
//! a thread.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::account::Account;
use crate::programs::remove_settings;

/// Becomes the server, whose arguments follow the directory. The shell in the background is no child of the server, which
/// would otherwise count it as one of its own processes. A line on stdin says that the server has ended.
const SCRIPT: &str = r#"
directory=$1; shift
server=$$
exec 3<&0 </dev/null
( (
    read -r _ <&3 && exit
    kill -s CONT $server; kill -s QUIT $server
    attempt=0
    while kill -0 $server 2>/dev/null && [ $attempt -lt 100 ]; do sleep 0.1; attempt=$((attempt + 1)); done
    kill -s KILL $server
    rm -rf -- "$directory"
) >/dev/null 2>&1 & )
exec 3<&-
exec "$@"
"#;

const POLL_INTERVAL: Duration = Duration::from_millis(2);

/// How long a server may take to end before it is killed.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(30);

/// A running server. Dropping it ends the server without a clean shutdown.
#[derive(Debug)]
pub(crate) struct ServerProcess {
    child: Child,
    pipe: ChildStdin,
}

impl ServerProcess {
    /// Starts a server that writes its messages to `log`. `directory` is deleted if this process is killed.
    pub(crate) fn spawn(
        program: &Command,
        account: Account,
        directory: &Path,
        log: &Path,
    ) -> io::Result<Self> {
        let log = File::options().create(true).append(true).open(log)?;
        let mut command = Command::new("sh");
        command
            .args(["-c", SCRIPT, "sh"])
            .arg(directory)
            .arg(program.get_program())
            .args(program.get_args())
            .current_dir(directory)
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            // Ctrl+C and a test runner's time limit signal the group of the starting process.
            .process_group(0);
        remove_settings(&mut command);
        account.run_as(&mut command);
        let mut child = command.spawn()?;
        let pipe = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self { child, pipe })
    }

    /// Returns the id of the server's main process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal to the main process.
    pub(crate) fn signal(&self, signal: Signal) -> io::Result<()> {
        Ok(kill_process(Pid::from_child(&self.child), signal)?)
    }

    /// Returns whether the main process has ended.
    pub(crate) fn has_ended(&mut self) -> io::Result<bool> {
        let has_ended = self.child.try_wait()?.is_some();
        if has_ended {
            // Otherwise the shell would later signal a process with the same id. It may have ended too.
            let _ = self.pipe.write_all(b"ended\n");
        }
        Ok(has_ended)
    }

    /// Sends a signal that ends the server, and waits until it has ended.
    pub(crate) fn end(mut self, signal: Signal) -> io::Result<()> {
        self.signal_and_wait(signal)
    }

    fn signal_and_wait(&mut self, signal: Signal) -> io::Result<()> {
        if self.has_ended()? {
            return Ok(());
        }
        self.signal(signal)?;
        let start = Instant::now();
        while !self.has_ended()? {
            if start.elapsed() > SHUTDOWN_TIMEOUT {
                self.child.kill()?;
            }
            std::thread::sleep(POLL_INTERVAL);
        }
        Ok(())
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.signal_and_wait(Signal::QUIT);
    }
}

/// Calls `is_done` until it returns true. Returns false if it did not within `timeout`.
pub(crate) fn wait_until(
    timeout: Duration,
    mut is_done: impl FnMut() -> io::Result<bool>,
) -> io::Result<bool> {
    let start = Instant::now();
    loop {
        if is_done()? {
            return Ok(true);
        }
        if start.elapsed() > timeout {
            return Ok(false);
        }
        std::thread::sleep(POLL_INTERVAL);
    }
}
