//! The reverse proxy in front of one environment's endpoint: a request passes with a key that may make it, and reaches the
//! upstream without the key.

#![forbid(unsafe_code)]

mod connection_state;
mod context;
mod decision;
mod downstream;
mod error;
mod gateway;
mod handle;
mod metrics;
mod proxy;
mod request;
mod settings;
mod state;
mod upstream;

pub use decision::{Decision, Outcome};
pub use error::Error;
pub use gateway::Gateway;
pub use handle::GatewayHandle;
pub use metrics::GatewayMetrics;
pub use proxy::TRACE as TRACE_HEADER;
pub use settings::{Limits, Routing, Settings};
pub use upstream::Endpoint;
