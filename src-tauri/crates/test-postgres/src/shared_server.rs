//! The server on which tests create their databases. `cargo xtask test` starts one for all test processes; a test that
//! runs without it starts its own.

use std::io;
use std::sync::OnceLock;

use crate::server::PostgresServer;
use crate::server_options::ServerOptions;
use crate::server_url::ServerUrl;

/// A server for many tests, which none of them may stop.
#[derive(Debug)]
pub struct SharedServer(PostgresServer);

impl SharedServer {
    /// The environment variable with the URL of a database of the shared server, which tests need as a superuser.
    pub const VARIABLE: &str = "KEYSTILE_TEST_POSTGRES";

    /// Starts the server, for test processes that get [`Self::url`] in the variable [`Self::VARIABLE`].
    ///
    /// # Errors
    /// If PostgreSQL is missing or does not start.
    pub fn try_start() -> io::Result<Self> {
        let options = ServerOptions::default()
            .in_memory()
            // The log of changes is deleted instead of kept for reuse.
            .setting("min_wal_size", "32MB")
            .setting("max_wal_size", "128MB")
            // Hundreds of databases are created, and none outlives the server.
            .setting("fsync", "off")
            .setting("full_page_writes", "off")
            // Each of several test processes opens pools of connections.
            .setting("max_connections", "400");
        PostgresServer::try_start(&options).map(Self)
    }

    /// Returns the URL of a database that exists.
    #[must_use]
    pub fn url(&self) -> String {
        self.0.url("postgres")
    }

    /// Returns the URL of the server that this process uses, and starts it if the variable is missing.
    pub(crate) fn current_url() -> io::Result<ServerUrl> {
        // The server ends with this process, although statics are not dropped.
        static OWN: OnceLock<Result<SharedServer, String>> = OnceLock::new();
        if let Ok(url) = std::env::var(Self::VARIABLE) {
            return ServerUrl::parse(&url);
        }
        match OWN.get_or_init(|| Self::try_start().map_err(|error| error.to_string())) {
            Ok(server) => Ok(server.0.server_url()),
            Err(error) => Err(io::Error::other(error.clone())),
        }
    }
}
