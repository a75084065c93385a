//! The reasons why a gateway stops.

use miette::Diagnostic;
use thiserror::Error;

/// Why a gateway stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Diagnostic)]
pub enum StopReason {
    /// It was stopped on request.
    #[error("The gateway was stopped.")]
    #[diagnostic(code("stopped"), help("Start it again if you need it."))]
    Stopped,
    /// Its environment was deleted.
    #[error("The gateway stopped because its environment was deleted.")]
    #[diagnostic(
        code("environment_deleted"),
        help("Its keys were revoked. Create another environment.")
    )]
    EnvironmentDeleted,
    /// Its endpoint was removed.
    #[error("The gateway stopped because its endpoint was removed.")]
    #[diagnostic(
        code("endpoint_removed"),
        help("Set an endpoint, then start the gateway again.")
    )]
    EndpointRemoved,
    /// Its new endpoint is invalid.
    #[error("The gateway stopped because its endpoint is invalid.")]
    #[diagnostic(
        code("invalid_endpoint"),
        help("Set an endpoint, then start the gateway again.")
    )]
    InvalidEndpoint,
}
