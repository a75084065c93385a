//! The address of a PostgreSQL database.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::Url;

use crate::postgres::error::PostgresError;

/// The address of a database, and how to connect to it. Its text has no password.
#[derive(Clone)]
pub struct PostgresAddress {
    options: Arc<PgConnectOptions>,
    /// The text that was parsed, without the password.
    url: Arc<str>,
    /// The folder for the files of this machine; `None` for the default one.
    state_directory: Option<PathBuf>,
}

impl PostgresAddress {
    /// Returns whether a text is such an address, and not the path of a folder.
    pub fn is_scheme_of(text: &str) -> bool {
        text.starts_with("postgres://") || text.starts_with("postgresql://")
    }

    /// Returns the address with its parameters, for commands that are suggested. It has no password.
    pub fn as_argument(&self) -> &str {
        &self.url
    }

    /// Replaces the password.
    #[must_use]
    pub fn with_password(mut self, password: &str) -> Self {
        self.options = Arc::new((*self.options).clone().password(password));
        self
    }

    /// Sets the folder in which each store has a folder for its files of this machine.
    #[must_use]
    pub fn with_state_directory(mut self, directory: &Path) -> Self {
        self.state_directory = Some(directory.to_owned());
        self
    }

    pub(crate) fn state_directory(&self) -> Option<&Path> {
        self.state_directory.as_deref()
    }

    pub(crate) fn options(&self) -> &PgConnectOptions {
        &self.options
    }
}

impl FromStr for PostgresAddress {
    type Err = PostgresError;

    /// Parses `postgres://USER:PASSWORD@HOST:PORT/DATABASE?PARAMETERS`. Parameters are those of libpq. Without `sslmode`,
    /// a server on another machine must have a trusted certificate for its name.
    fn from_str(text: &str) -> Result<Self, PostgresError> {
        let invalid = |cause: Box<dyn std::error::Error + Send + Sync>| {
            PostgresError::InvalidAddress { cause }
        };
        let url = Url::parse(text).map_err(|error| invalid(Box::new(error)))?;
        let options = PgConnectOptions::from_str(text).map_err(|error| invalid(Box::new(error)))?;
        let has_mode = url
            .query_pairs()
            .any(|(name, _)| name == "sslmode" || name == "ssl-mode");
        let is_local = options.get_socket().is_some() || is_local(options.get_host());
        let options = if has_mode || is_local {
            options
        } else {
            options.ssl_mode(PgSslMode::VerifyFull)
        };
        Ok(Self {
            options: Arc::new(options),
            url: without_password(url).into(),
            state_directory: None,
        })
    }
}

impl fmt::Display for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = &self.options;
        let host = match options.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => format!("{}:{}", options.get_host(), options.get_port()),
        };
        let database = options.get_database().unwrap_or(options.get_username());
        write!(f, "postgres://{}@{host}/{database}", options.get_username())
    }
}

impl fmt::Debug for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Removes the password of the user, and the parameters that contain one.
fn without_password(mut url: Url) -> String {
    // A URL without a host has no password.
    let _unchanged = url.set_password(None);
    let is_secret = |name: &str| name.ends_with("password");
    if url.query_pairs().any(|(name, _)| is_secret(&name)) {
        let kept: Vec<_> = url
            .query_pairs()
            .into_owned()
            .filter(|(name, _)| !is_secret(name))
            .collect();
        url.query_pairs_mut().clear().extend_pairs(kept);
    }
    url.into()
}

/// Returns whether a host is this machine.
fn is_local(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.starts_with('/')
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns whether a server at an address must have a trusted certificate.
    fn requires_certificate(text: &str) -> bool {
        let address: PostgresAddress = text.parse().expect("an address");
        matches!(address.options().get_ssl_mode(), PgSslMode::VerifyFull)
    }

    #[test]
    fn only_servers_on_other_machines_must_have_a_certificate() {
        for local in [
            "postgres://keystile@localhost/keystile",
            "postgres://keystile@127.0.0.1:5433/keystile",
            "postgres://keystile@[::1]/keystile",
            "postgres://keystile@%2Frun%2Fpostgresql/keystile",
            "postgres:///keystile?host=/run/postgresql",
        ] {
            assert!(!requires_certificate(local), "{local}");
        }
        for remote in [
            "postgres://keystile@db.example.com/keystile",
            "postgres://keystile@192.0.2.7/keystile",
            "postgres://keystile@localhost/keystile?host=db.example.com",
            "postgres:///keystile?host=192.0.2.7",
        ] {
            assert!(requires_certificate(remote), "{remote}");
        }
        let chosen = "postgres://keystile@db.example.com/keystile?sslmode=disable";
        assert!(!requires_certificate(chosen), "the address says it");
    }
}
