//! A running `keystile` process and plain HTTP requests to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::fixture::{CliFixture, ENVIRONMENT};

/// Killed when dropped.
pub(crate) struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

impl Running {
    /// Starts `keystile` with these arguments.
    pub(crate) fn start(cli: &CliFixture, args: &[&str]) -> Self {
        let mut command = cli.command(args);
        Self::spawn(command.stderr(Stdio::piped()))
    }

    /// Starts the gateway of [`ENVIRONMENT`].
    pub(crate) fn start_gateway(cli: &CliFixture, options: &[&str]) -> Self {
        Self::start(
            cli,
            &[&["gateway", "run", "--env", ENVIRONMENT], options].concat(),
        )
    }

    /// Starts the service on an ephemeral port and returns its address.
    pub(crate) fn start_service(cli: &CliFixture) -> (Self, String) {
        let mut running = Self::start(cli, &["serve", "--listen", "127.0.0.1:0"]);
        let address = running.service_address();
        (running, address)
    }

    /// Starts a command and captures its standard output.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdout }
    }

    /// Reads the first line of the service and returns its address.
    pub(crate) fn service_address(&mut self) -> String {
        let line = self.line();
        line.rsplit('/').next().unwrap().to_owned()
    }

    /// Reads a line of standard output.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Reads a line of standard output as JSON.
    pub(crate) fn json_line(&mut self) -> Value {
        serde_json::from_str(&self.line()).unwrap()
    }

    /// Returns the process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal.
    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_raw(self.id().try_into().unwrap()).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Waits for the exit. Returns the exit code and what was written to standard error.
    pub(crate) fn wait(&mut self) -> (Option<i32>, String) {
        let exit_code = self.child.wait().unwrap().code();
        let mut text = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            stderr.read_to_string(&mut text).unwrap();
        }
        (exit_code, text)
    }

    /// Sends SIGTERM and asserts that the process exits without an error.
    #[cfg(unix)]
    pub(crate) fn terminate(&mut self) {
        self.signal(rustix::process::Signal::TERM);
        assert_eq!(self.wait().0, Some(0), "SIGTERM is a normal exit");
    }
}

/// Sends a request without a body. `head` is `METHOD path` and more header lines.
pub(crate) fn send_request(address: &str, head: &str, key: &str) -> TcpStream {
    let (line, headers) = head.split_once("\r\n").unwrap_or((head, ""));
    let headers = if headers.is_empty() {
        String::new()
    } else {
        format!("{headers}\r\n")
    };
    let key = if key.is_empty() {
        String::new()
    } else {
        format!("X-API-KEY: {key}\r\n")
    };
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{line} HTTP/1.1\r\nHost: {address}\r\n{headers}{key}Content-Length: 0\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    stream
}

/// Reads a response to the end of its connection, which may be a reset.
pub(crate) fn read_response(mut stream: TcpStream) -> String {
    let mut text = String::new();
    let _ended = stream.read_to_string(&mut text);
    text
}

/// Sends a request and returns the response.
pub(crate) fn request(address: &str, head: &str, key: &str) -> String {
    read_response(send_request(address, head, key))
}

/// Sends a request and returns the status line of the response.
pub(crate) fn status_line(address: &str, head: &str, key: &str) -> String {
    let response = request(address, head, key);
    response.lines().next().unwrap_or_default().to_owned()
}
