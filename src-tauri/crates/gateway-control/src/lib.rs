//! Control plane of the gateway: starts an environment's gateway as it is stored, keeps its port, and applies changes of
//! the stored configuration while it runs. The module [`dev`] holds what developers use around a gateway.

#![forbid(unsafe_code)]

pub mod dev;
mod port_owner;
mod run_overrides;
mod running_gateway;
mod start;
mod start_error;
mod stop_reason;

pub use port_owner::port_owner;
pub use running_gateway::RunningGateway;
pub use start::{StartOptions, start};
pub use start_error::StartError;
pub use stop_reason::StopReason;
