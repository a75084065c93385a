//! Why the gateway does not run. Each has a code, a sentence and a next step; the terminal shows them as they are.

use std::net::SocketAddr;

/// Why the gateway did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The endpoint is not an address that requests can be passed to.
    #[error("“{0}” is not the address of an API that the gateway can reach.")]
    Endpoint(String),
    /// The address is reached by other machines.
    #[error("{address} can be reached from other machines, without encryption.")]
    BeyondLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// The address is taken, or not one of this machine.
    #[error("The gateway cannot listen on {address}.")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
}

impl Error {
    /// The stable code to branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Endpoint(_) => "endpoint_form",
            Self::BeyondLoopback { .. } => "beyond_loopback",
            Self::Listen { .. } => "listen_failed",
        }
    }

    /// What to do next.
    pub fn advice(&self) -> String {
        match self {
            Self::Endpoint(_) => {
                "Use an address such as http://localhost:8000 or https://api.example.com."
            }
            Self::BeyondLoopback { .. } => "Listen on 127.0.0.1 and put a proxy with TLS in front.",
            Self::Listen { .. } => "Choose another port, or end the program that uses this one.",
        }
        .to_owned()
    }
}
