//! A reverse proxy in front of one environment's endpoint. Requests with an authorized key are forwarded, without the
//! key.

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
pub use proxy::TRACE_HEADER;
pub use settings::{Limits, Routing, Settings};
pub use upstream::Endpoint;
