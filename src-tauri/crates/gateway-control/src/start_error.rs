//! Errors of starting or reloading a gateway.

use keystile_gateway::Error;
use keystile_registry::RegistryError;
use miette::Diagnostic;
use thiserror::Error as ThisError;

/// The gateway cannot start.
#[derive(Debug, ThisError, Diagnostic)]
pub enum StartError {
    /// The registry failed, for example because the environment was deleted.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Registry(#[from] RegistryError),
    /// The gateway cannot listen, or its endpoint is invalid.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Gateway(#[from] Error),
    /// There is no upstream.
    #[error("{environment} has no endpoint.")]
    #[diagnostic(
        code("missing_endpoint"),
        help("Set an endpoint, or use the sample API.")
    )]
    MissingEndpoint {
        /// The environment's name.
        environment: String,
    },
    /// A process runs this gateway on the port.
    #[error("This gateway is already running on port {port} (pid {pid}).")]
    #[diagnostic(
        code("already_running"),
        help("Send requests to port {port}, or stop process {pid} and start the gateway again.")
    )]
    AlreadyRunning {
        /// The port.
        port: u16,
        /// The process id.
        pid: u32,
    },
    /// Another program or gateway listens on the port.
    #[error("Port {port} is used by {}.", owner.as_deref().unwrap_or("another program"))]
    #[diagnostic(code("port_in_use"), help("{}", port_help(*suggestion)))]
    PortInUse {
        /// The port.
        port: u16,
        /// The program or gateway that listens on it, if it is known.
        owner: Option<String>,
        /// A free port.
        suggestion: Option<u16>,
    },
}

fn port_help(suggestion: Option<u16>) -> String {
    match suggestion {
        Some(port) => format!("Stop it, or use port {port}."),
        None => "Stop it, or choose another port.".to_owned(),
    }
}
