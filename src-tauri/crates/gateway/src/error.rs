//! Errors of starting a gateway.

use std::net::SocketAddr;

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
    /// The endpoint is the gateway's own address, so every request would come back.
    #[error("The endpoint is this gateway's own address, {address}.")]
    #[diagnostic(
        code("own_endpoint"),
        help("Set the endpoint to the address of your API, or give the gateway another port.")
    )]
    OwnEndpoint {
        /// The address.
        address: SocketAddr,
    },
    /// The gateway cannot listen.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Listen(#[from] ListenError),
}

impl Error {
    /// Returns whether another program listens on the address.
    pub fn is_address_in_use(&self) -> bool {
        matches!(self, Self::Listen(error) if error.is_address_in_use())
    }
}
