//! The reverse proxy in front of one environment's endpoint: a request passes with a key that may make it, and reaches the
//! upstream without the key.

#![forbid(unsafe_code)]

mod answered;
mod api_body;
mod converse;
mod decide;
mod decision;
mod endpoint;
mod error;
mod exchange;
mod failed;
mod gateway;
mod handle;
mod headers;
mod link;
mod pool;
mod progress;
mod request_info;
mod sent;
mod settings;
mod standing;
mod stream;
mod tunnel;
mod turn;
mod watched;
mod wire;

pub use decision::{Decision, Outcome};
pub use endpoint::Endpoint;
pub use error::Error;
pub use gateway::Gateway;
pub use handle::GatewayHandle;
pub use headers::TRACE as TRACE_HEADER;
pub use settings::{Limits, Routing, Settings, Upstream};
