//! Why the service does not run. Each has a code, a sentence and a next step; the terminal shows them as they are.

use keystile_listener::{ListenAddress, ListenError};

use crate::proxy::Proxy;

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Other machines could ask for the owner's answers.
    #[error(
        "{address} can be reached from other machines, so verify, introspect and metrics need an admin token."
    )]
    AdminTokenMissing {
        /// The address.
        address: ListenAddress,
    },
    /// The admin token could be guessed, or cannot be sent in a header.
    #[error("The admin token is too short, or has characters that a header cannot carry.")]
    AdminTokenWeak,
    /// A name of the service is none.
    #[error("“{0}” is not a host name.")]
    Host(String),
    /// A proxy's configuration cannot pass requests on to it.
    #[error("“{0}” is not an API that the configuration can forward requests to.")]
    Upstream(String),
    /// A proxy's configuration cannot hold the path of the service's socket.
    #[error("The configuration cannot hold the path of the socket “{0}”.")]
    Socket(String),
    /// The proxy asks over TCP only.
    #[error("{0} does not connect to a Unix socket.")]
    SocketUnsupported(Proxy),
    /// A proxy's configuration cannot hold the name.
    #[error("The configuration cannot hold the name of this project or environment.")]
    Environment,
    /// The service cannot listen.
    #[error(transparent)]
    Listen(#[from] ListenError),
}

impl Error {
    /// The stable code to branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AdminTokenMissing { .. } => "admin_token_missing",
            Self::AdminTokenWeak => "admin_token_weak",
            Self::Host(_) => "host_form",
            Self::Upstream(_) => "upstream_form",
            Self::Socket(_) => "socket_form",
            Self::SocketUnsupported(_) => "socket_unsupported",
            Self::Environment => "environment_form",
            Self::Listen(error) => error.code(),
        }
    }

    /// What to do next.
    pub fn advice(&self) -> String {
        match self {
            Self::AdminTokenMissing { .. } => "Give an admin token of 32 characters or more.",
            Self::AdminTokenWeak => "Use 32 or more random letters and digits.",
            Self::Host(_) => "Write a name such as keys.internal or keys.internal:7878.",
            Self::Upstream(_) => {
                "Name one such as 127.0.0.1:8000 or https://api.example/v2, without a query or escapes."
            }
            Self::Socket(_) => "Use an absolute path of letters, digits and simple signs.",
            Self::SocketUnsupported(_) => "Have the service listen on an address of loopback.",
            Self::Environment => "Name the environment by its id.",
            Self::Listen(error) => return error.advice(),
        }
        .to_owned()
    }
}
