//! PgBouncer in transaction pooling mode: each transaction of a client may run on another connection to the server.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::account::Account;
use crate::free_port::{MAX_ATTEMPTS, free_port, loopback};
use crate::process::{ServerProcess, wait_until};
use crate::server::PostgresServer;
use crate::server_url::ServerUrl;

/// Debian's path, which is in the `PATH` of root only.
const DEBIAN_PROGRAM: &str = "/usr/sbin/pgbouncer";

const START_TIMEOUT: Duration = Duration::from_secs(30);

/// A pooler in front of a server, with at most four connections to each database.
#[derive(Debug)]
pub struct TransactionPooler {
    // Fields are dropped in this order: first the process, then its directory.
    _process: ServerProcess,
    _directory: TempDir,
    address: SocketAddr,
    server: ServerUrl,
}

impl TransactionPooler {
    /// Starts a pooler; a failure fails the test.
    ///
    /// # Panics
    /// If PgBouncer is missing or does not start.
    #[must_use]
    pub fn start(server: &PostgresServer) -> Self {
        let mut outcome = Self::try_start(server);
        for _ in 1..MAX_ATTEMPTS {
            if outcome.is_ok() {
                break;
            }
            outcome = Self::try_start(server);
        }
        outcome.unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_start(server: &PostgresServer) -> io::Result<Self> {
        let account = Account::find()?;
        let directory = tempfile::Builder::new()
            .prefix("keystile-pgbouncer-")
            .tempdir()?;
        account.own(directory.path())?;
        let path = directory.path();
        let address = loopback(free_port()?);
        let users = format!("\"postgres\" \"{}\"\n", server.password().unwrap_or(""));
        fs::write(path.join("users.txt"), users)?;
        let configuration = configuration(server.address().port(), address.port());
        fs::write(path.join("pgbouncer.ini"), configuration)?;
        let mut process = ServerProcess::spawn(&program(), account, path, &path.join("log"))?;
        let mut has_ended = false;
        let is_up = wait_until(START_TIMEOUT, || {
            has_ended = process.has_ended()?;
            Ok(has_ended || TcpStream::connect(address).is_ok())
        })?;
        if has_ended || !is_up {
            let log = fs::read_to_string(path.join("log"))?;
            return Err(io::Error::other(format!(
                "PgBouncer did not start. It is in the package pgbouncer.\n{log}"
            )));
        }
        Ok(Self {
            server: server.server_url().with_address(address),
            _process: process,
            _directory: directory,
            address,
        })
    }

    /// Returns the address on loopback.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URL of a database through the pooler.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        self.server.database(database)
    }
}

fn program() -> Command {
    let is_debian = Path::new(DEBIAN_PROGRAM).is_file();
    let mut program = Command::new(if is_debian {
        DEBIAN_PROGRAM
    } else {
        "pgbouncer"
    });
    program.arg("pgbouncer.ini");
    program
}

fn configuration(server_port: u16, port: u16) -> String {
    format!(
        "[databases]\n\
         * = host=127.0.0.1 port={server_port}\n\
         [pgbouncer]\n\
         listen_addr = 127.0.0.1\n\
         listen_port = {port}\n\
         unix_socket_dir =\n\
         auth_type = trust\n\
         auth_file = users.txt\n\
         pool_mode = transaction\n\
         default_pool_size = 4\n\
         ; sqlx sends it in every startup message, and PgBouncer rejects parameters that it does not know.\n\
         ignore_startup_parameters = extra_float_digits\n"
    )
}
