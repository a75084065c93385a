//! The parts of a connection URL, of which tests change the address and the database.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

/// `postgres://ROLE@ADDRESS/DATABASE?PARAMETERS`, without the database.
#[derive(Debug, Clone)]
pub(crate) struct ServerUrl {
    /// The name, and the password after a colon.
    role: String,
    address: String,
    /// Begins with `?`, or is empty.
    parameters: String,
}

impl ServerUrl {
    /// Returns the URL of a server's superuser.
    pub(crate) fn new(address: SocketAddr, password: Option<&str>) -> Self {
        let role = match password {
            Some(password) => format!("postgres:{password}"),
            None => "postgres".to_owned(),
        };
        Self {
            role,
            address: address.to_string(),
            parameters: String::new(),
        }
    }

    /// Parses the URL of any database of a server.
    pub(crate) fn parse(url: &str) -> io::Result<Self> {
        let parts = || {
            let (_, rest) = url.split_once("://")?;
            let (role, rest) = rest.split_once('@')?;
            let (rest, parameters) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
            let address = rest.split('/').next()?;
            Some(Self {
                role: role.to_owned(),
                address: address.to_owned(),
                parameters: parameters.to_owned(),
            })
        };
        parts().ok_or_else(|| {
            io::Error::other(format!(
                "{url} must have the form postgres://USER@HOST:PORT/DATABASE."
            ))
        })
    }

    /// Returns the URL of a database.
    pub(crate) fn database(&self, name: &str) -> String {
        let Self {
            role,
            address,
            parameters,
        } = self;
        format!("postgres://{role}@{address}/{name}{parameters}")
    }

    /// Returns the URL for another role.
    pub(crate) fn with_role(&self, role: &str) -> Self {
        Self {
            role: role.to_owned(),
            ..self.clone()
        }
    }

    /// Returns the first address of the host.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.address
            .to_socket_addrs()?
            .next()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Returns the URL of a proxy or a pooler in front of the same server.
    pub(crate) fn with_address(&self, address: SocketAddr) -> Self {
        Self {
            address: address.to_string(),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_of_a_database_keeps_password_and_parameters() {
        let url = ServerUrl::parse("postgres://postgres:p@[::1]:5433/postgres?sslmode=require")
            .expect("a valid URL");
        assert_eq!(
            url.database("test"),
            "postgres://postgres:p@[::1]:5433/test?sslmode=require",
            "without them the database could not be reached"
        );
        let proxy = SocketAddr::from(([127, 0, 0, 1], 20_000));
        assert_eq!(
            url.with_address(proxy).database("test"),
            "postgres://postgres:p@127.0.0.1:20000/test?sslmode=require",
            "a proxy does not change them"
        );
        let error = ServerUrl::parse("localhost:5432");
        assert!(error.is_err(), "an address is no URL");
    }
}
