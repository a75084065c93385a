//! The control plane of the gateway: starts an environment's gateway with its stored configuration, keeps its port, and
//! applies configuration changes while it runs. Module [`dev`] has tools for developers.

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
