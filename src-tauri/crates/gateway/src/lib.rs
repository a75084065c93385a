//! The reverse proxy in front of one environment's endpoint: a request passes with a key that may do it, and reaches the
//! API without the key. The terminal's `gateway run` starts it. It asks the verifier through the service's `admit`, so that
//! a caller reads the same here as there; it knows no SQL and stores nothing.

#![forbid(unsafe_code)]

mod control;
mod decide;
mod decision;
mod endpoint;
mod error;
mod exchange;
mod gateway;
mod headers;
mod sample_api;
mod settings;
mod standing;
mod tunnel;
mod watched;

pub use control::Control;
pub use decision::{Decision, Outcome};
pub use endpoint::Endpoint;
pub use error::Error;
pub use gateway::Gateway;
pub use sample_api::SampleApi;
pub use settings::{Limits, Routing, Settings, Upstream};
