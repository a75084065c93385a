//! Why a gateway does not start. Each error has a code, a sentence and a next step.

use keystile_listener::ListenError;

/// Why a gateway did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The endpoint is not an address that requests can be passed to.
    #[error("“{0}” is not the address of an API that the gateway can reach.")]
    Endpoint(String),
    /// The gateway cannot listen.
    #[error(transparent)]
    Listen(#[from] ListenError),
}

impl Error {
    /// The stable code to branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Endpoint(_) => "endpoint_form",
            Self::Listen(error) => error.code(),
        }
    }

    /// What to do next.
    pub fn advice(&self) -> String {
        match self {
            Self::Endpoint(_) => {
                "Use an address such as http://localhost:8000 or https://api.example.com."
                    .to_owned()
            }
            Self::Listen(error) => error.advice(),
        }
    }

    /// Whether another program already listens there.
    pub fn is_address_in_use(&self) -> bool {
        matches!(self, Self::Listen(error) if error.is_address_in_use())
    }
}
