//! The reverse proxy in front of one environment's endpoint: a request passes with a key that may do it, and reaches the
//! API without the key. The terminal's `gateway run` starts it. It asks the verifier through the service's `admit`, so that
//! a caller reads the same here as there; it knows no SQL and stores nothing.

#![forbid(unsafe_code)]

mod answered;
mod api_body;
mod control;
mod converse;
mod decide;
mod decision;
mod endpoint;
mod error;
mod exchange;
mod failed;
mod gateway;
mod headers;
mod link;
mod pool;
mod progress;
mod sample_api;
mod settings;
mod standing;
mod stream;
mod tunnel;
mod turn;
mod watched;
mod wire;

pub use control::Control;
pub use decision::{Decision, Outcome};
pub use endpoint::Endpoint;
pub use error::Error;
pub use gateway::Gateway;
pub use sample_api::SampleApi;
pub use settings::{Limits, Routing, Settings, Upstream};
