//! A PostgreSQL server of one test, with the faults that a database can have.

mod crash;
mod standby;

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::Signal;
use tempfile::TempDir;

use crate::account::Account;
use crate::free_port::{MAX_ATTEMPTS, free_port, loopback};
use crate::process::{ServerProcess, wait_until};
use crate::programs::{Programs, run};
use crate::server_options::{CERTIFICATE_FILE, KEY_FILE, ServerOptions};
use crate::server_url::ServerUrl;
use crate::sql::run_sql;

/// How long a server may take until it accepts connections, for example after a crash.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A file system in memory. In containers it may be small.
const MEMORY: &str = "/dev/shm";
const MIN_MEMORY_BYTES: u64 = 2 << 30;

/// A server with a data directory of its own. Dropping it ends the server and deletes the directory; so does the end of
/// the process that started it.
#[derive(Debug)]
pub struct PostgresServer {
    // Fields are dropped in this order: first the process, then its directory.
    process: Option<ServerProcess>,
    is_suspended: bool,
    directory: TempDir,
    programs: Programs,
    account: Account,
    options: ServerOptions,
    port: u16,
}

impl PostgresServer {
    /// Creates and starts a server with the default options; a failure fails the test.
    ///
    /// # Panics
    /// If the server does not start.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&ServerOptions::default())
    }

    /// Creates and starts a server; a failure fails the test.
    ///
    /// # Panics
    /// If the server does not start.
    #[must_use]
    pub fn start_with(options: &ServerOptions) -> Self {
        Self::try_start(options).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Creates and starts a server.
    ///
    /// # Errors
    /// If PostgreSQL is missing or does not start.
    pub fn try_start(options: &ServerOptions) -> io::Result<Self> {
        let mut server = Self::new(options)?;
        server.create_data_directory()?;
        server.launch_on_free_port()?;
        Ok(server)
    }

    /// Returns a server without data.
    fn new(options: &ServerOptions) -> io::Result<Self> {
        let account = Account::find()?;
        let parent = match options.is_in_memory && has_memory() {
            true => PathBuf::from(MEMORY),
            false => std::env::temp_dir(),
        };
        let directory = tempfile::Builder::new()
            .prefix("keystile-postgres-")
            .tempdir_in(parent)?;
        account.own(directory.path())?;
        Ok(Self {
            process: None,
            is_suspended: false,
            directory,
            programs: Programs::find()?,
            account,
            options: options.clone(),
            port: 0,
        })
    }

    fn create_data_directory(&self) -> io::Result<()> {
        let data = self.data_directory();
        let mut command = self.programs.command("initdb");
        command
            .args(["--no-sync", "--username=postgres", "--auth=trust"])
            .args(["--no-locale", "--encoding=UTF8", "--pgdata"])
            .arg(&data)
            .current_dir(self.directory.path());
        if let Some(password) = &self.options.password {
            let file = self.directory.path().join("password");
            self.write_private(&file, password)?;
            command.arg("--pwfile").arg(file);
        }
        self.account.run_as(&mut command);
        run(&mut command)?;
        let configuration = data.join("postgresql.conf");
        let defaults = fs::read_to_string(&configuration)?;
        let text = format!("{defaults}\n{}", self.options.configuration());
        fs::write(configuration, text)?;
        let authentication = self.options.client_authentication();
        fs::write(data.join("pg_hba.conf"), authentication)?;
        if let Some((chain, key)) = &self.options.certificate {
            fs::write(data.join(CERTIFICATE_FILE), chain)?;
            self.write_private(&data.join(KEY_FILE), key)?;
        }
        Ok(())
    }

    /// Writes a file that only the server's account may read.
    fn write_private(&self, path: &Path, text: &str) -> io::Result<()> {
        fs::write(path, text)?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        self.account.own(path)
    }

    fn launch_on_free_port(&mut self) -> io::Result<()> {
        let mut outcome = Ok(());
        for _ in 0..MAX_ATTEMPTS {
            self.port = free_port()?;
            outcome = self.launch();
            if outcome.is_ok() || !self.log().contains("Address already in use") {
                break;
            }
            fs::remove_file(self.log_path())?;
        }
        outcome
    }

    /// Starts the server and waits until it accepts connections.
    fn launch(&mut self) -> io::Result<()> {
        let mut program = self.programs.command("postgres");
        program
            .arg("-D")
            .arg(self.data_directory())
            .args(["-p", &self.port.to_string()]);
        let directory = self.directory.path();
        let mut process =
            ServerProcess::spawn(&program, self.account, directory, &self.log_path())?;
        let mut has_ended = false;
        let is_up = wait_until(START_TIMEOUT, || {
            has_ended = process.has_ended()?;
            Ok(has_ended || self.is_ready(process.id()))
        })?;
        if !is_up || has_ended {
            return Err(io::Error::other(format!(
                "PostgreSQL did not start:\n{}",
                self.log()
            )));
        }
        self.process = Some(process);
        Ok(())
    }

    /// Reads the state that the server writes for `pg_ctl`. A crashed server leaves the file of an earlier process behind.
    fn is_ready(&self, id: u32) -> bool {
        let file = self.data_directory().join("postmaster.pid");
        let text = fs::read_to_string(file).unwrap_or_default();
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        lines.first() == Some(&id.to_string().as_str()) && lines.get(7) == Some(&"ready")
    }

    /// Ends the server as `systemctl stop` does: it closes its connections and writes a checkpoint.
    ///
    /// # Panics
    /// If the server is not running.
    pub fn stop(&mut self) {
        if self.is_suspended {
            self.resume();
        }
        let process = self.process.take();
        let ended = process.map(|process| process.end(Signal::INT));
        assert!(
            matches!(ended, Some(Ok(()))),
            "the server must run and stop: {ended:?}"
        );
    }

    /// Starts the server again on the same port, after stopping it if it runs.
    ///
    /// # Panics
    /// If the server does not start.
    pub fn restart(&mut self) {
        if self.process.is_some() {
            self.stop();
        }
        self.launch().unwrap_or_else(|error| panic!("{error}"));
    }

    /// Ends the connections of all clients, and returns how many there were.
    ///
    /// # Panics
    /// If the server is not running.
    pub fn terminate_backends(&self) -> usize {
        let count = self.run_sql(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity \
             WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
        );
        count.parse().unwrap_or_default()
    }

    /// Runs a statement in the database `postgres` and returns its rows: columns separated by `|`, rows by newlines.
    ///
    /// # Panics
    /// If the statement fails.
    pub fn run_sql(&self, statement: &str) -> String {
        self.try_run_sql(statement)
            .unwrap_or_else(|error| panic!("{statement}: {error}"))
    }

    fn try_run_sql(&self, statement: &str) -> io::Result<String> {
        run_sql(&self.programs, &self.url("postgres"), statement)
    }

    /// Returns the URL of a database for the superuser `postgres`.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        self.server_url().database(database)
    }

    pub(crate) fn server_url(&self) -> ServerUrl {
        ServerUrl::new(self.address(), self.options.password.as_deref())
    }

    pub(crate) fn password(&self) -> Option<&str> {
        self.options.password.as_deref()
    }

    /// Returns the address on loopback, which stays the same for the life of the server.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        loopback(self.port)
    }

    /// Returns what the server has written to its log.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    fn log_path(&self) -> PathBuf {
        self.directory.path().join("server.log")
    }

    fn data_directory(&self) -> PathBuf {
        self.directory.path().join("data")
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        if self.is_suspended {
            // Otherwise its main process waits five seconds for the others.
            let _ = self.try_resume();
        }
    }
}

/// Returns whether the file system in memory has room for a server of tests.
fn has_memory() -> bool {
    rustix::fs::statvfs(MEMORY)
        .is_ok_and(|found| found.f_bavail.saturating_mul(found.f_frsize) >= MIN_MEMORY_BYTES)
}
