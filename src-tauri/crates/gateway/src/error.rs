//! Errors of starting a gateway.

use keystile_listener::ListenError;
use miette::Diagnostic;
use thiserror::Error as ThisError;

/// The gateway cannot start.
#[derive(Debug, ThisError, Diagnostic)]
#[non_exhaustive]
pub enum Error {
    /// The endpoint is not an HTTP or HTTPS URL that the gateway can use.
    #[error("Invalid endpoint URL: “{0}”.")]
    #[diagnostic(
        code("invalid_endpoint"),
        help("Use a URL such as http://localhost:8000 or https://api.example.com.")
    )]
    InvalidEndpoint(String),
    /// The gateway cannot listen.
    #[error(transparent)]
    #[diagnostic(help("{}", _0.advice()))]
    Listen(#[from] ListenError),
}

impl Error {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidEndpoint(_) => "invalid_endpoint",
            Self::Listen(error) => error.code(),
        }
    }

    /// Returns what to do next.
    pub fn advice(&self) -> String {
        Diagnostic::help(self).map_or_else(String::new, |help| help.to_string())
    }

    /// Returns whether another program listens on the address.
    pub fn is_address_in_use(&self) -> bool {
        matches!(self, Self::Listen(error) if error.is_address_in_use())
    }
}
