//! Why a gateway stopped.

/// The reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StopReason {
    /// Somebody stopped it.
    #[error("The gateway was stopped.")]
    Stopped,
    /// Its environment is gone, and with it every key that could pass.
    #[error("The gateway ended, because its environment was deleted.")]
    EnvironmentDeleted,
    /// Nothing stands behind it any more.
    #[error("The gateway ended, because its endpoint was removed.")]
    EndpointRemoved,
    /// What was entered since cannot be asked.
    #[error("The gateway ended, because it cannot reach the endpoint that was entered.")]
    InvalidEndpoint,
}

impl StopReason {
    /// The stable code to branch on.
    pub fn code(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::EnvironmentDeleted => "environment_deleted",
            Self::EndpointRemoved => "endpoint_removed",
            Self::InvalidEndpoint => "endpoint_form",
        }
    }

    /// What to do next.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Stopped => "Start it again when it is needed.",
            Self::EnvironmentDeleted => "Create another environment; its keys are other ones.",
            Self::EndpointRemoved | Self::InvalidEndpoint => {
                "Enter an endpoint that can be reached, then start the gateway again."
            }
        }
    }
}
