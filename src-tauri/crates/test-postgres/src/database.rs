//! A database of one test.

use std::io;
use std::net::SocketAddr;

use crate::programs::Programs;
use crate::random::random_number;
use crate::server::PostgresServer;
use crate::server_url::ServerUrl;
use crate::shared_server::SharedServer;
use crate::sql::run_sql;

/// An empty database with a random name. Dropping it deletes the database, also while clients are connected.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    server: ServerUrl,
    programs: Programs,
}

impl TestDatabase {
    /// Creates a database on the shared server; a failure fails the test.
    ///
    /// # Panics
    /// If PostgreSQL is missing or does not start.
    #[must_use]
    pub fn create() -> Self {
        SharedServer::current_url()
            .and_then(Self::try_create)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Creates a database on a server of the test; a failure fails the test.
    ///
    /// # Panics
    /// If the server is not running.
    #[must_use]
    pub fn create_on(server: &PostgresServer) -> Self {
        Self::try_create(server.server_url()).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_create(server: ServerUrl) -> io::Result<Self> {
        let database = Self {
            name: format!("test_{:016x}", random_number()),
            server,
            programs: Programs::find()?,
        };
        database.run_on_server(&format!("CREATE DATABASE {}", database.name))?;
        Ok(database)
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the URL for a superuser.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.database(&self.name)
    }

    /// Returns the URL through a proxy, a pooler, or a promoted standby.
    #[must_use]
    pub fn url_at(&self, address: SocketAddr) -> String {
        self.server.with_address(address).database(&self.name)
    }

    /// Returns the URL for another role, as `NAME` or `NAME:PASSWORD`. All databases of a server have the same roles, so on
    /// the shared server a role needs a random name too.
    #[must_use]
    pub fn url_as(&self, role: &str) -> String {
        self.server.with_role(role).database(&self.name)
    }

    /// Returns the address of the server, for a proxy in front of it.
    ///
    /// # Panics
    /// If the host of a server that was started by hand has no address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server
            .address()
            .unwrap_or_else(|error| panic!("{}: {error}", self.url()))
    }

    /// Runs a statement and returns its rows: columns separated by `|`, rows by newlines.
    ///
    /// # Panics
    /// If the statement fails.
    pub fn run_sql(&self, statement: &str) -> String {
        run_sql(&self.programs, &self.url(), statement)
            .unwrap_or_else(|error| panic!("{statement}: {error}"))
    }

    fn run_on_server(&self, statement: &str) -> io::Result<String> {
        run_sql(&self.programs, &self.server.database("postgres"), statement)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // The test may have stopped its server, with which the database is deleted too.
        let _ = self.run_on_server(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}
