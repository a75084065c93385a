//! Why a gateway was not started.

use keystile_gateway::Error;
use keystile_registry::RegistryError;

/// Why a gateway was not started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The registry failed, most often because the environment was deleted.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The gateway cannot listen, or its endpoint is invalid.
    #[error(transparent)]
    Gateway(#[from] Error),
    /// There is nothing to pass requests to.
    #[error("{environment} has no endpoint.")]
    EndpointMissing {
        /// The environment's name.
        environment: String,
    },
    /// Another program uses its port.
    #[error("Port {port} is used by {}.", owner.as_deref().unwrap_or("another program"))]
    PortTaken {
        /// The port.
        port: u16,
        /// The program, such as `node (pid 812)`, where the system reports it.
        owner: Option<String>,
        /// A port that was free a moment ago.
        suggestion: Option<u16>,
    },
}

impl StartError {
    /// The stable code to branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Registry(error) => error.code(),
            Self::Gateway(error) => error.code(),
            Self::EndpointMissing { .. } => "endpoint_missing",
            Self::PortTaken { .. } => "port_taken",
        }
    }

    /// What to do next.
    pub fn advice(&self) -> String {
        match self {
            Self::Registry(error) => error.advice(),
            Self::Gateway(error) => error.advice(),
            Self::EndpointMissing { .. } => "Enter an endpoint, or use the sample API.".to_owned(),
            Self::PortTaken {
                suggestion: Some(port),
                ..
            } => format!("Use {port} from now on, or end that program."),
            Self::PortTaken { .. } => "End that program, or choose another port.".to_owned(),
        }
    }
}
