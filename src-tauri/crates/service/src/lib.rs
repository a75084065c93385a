//! Keys over HTTP: verify, introspect, forward-auth for reverse proxies, and the configuration of those proxies.

#![forbid(unsafe_code)]

mod access_log;
mod admin;
mod alarm;
mod allowed_hosts;
mod body;
mod check_key;
mod error;
mod extract;
mod fetch_metadata;
mod forward_auth;
mod health;
mod introspect;
mod metrics;
mod metrics_route;
mod metrics_server;
mod openapi;
mod proxy;
mod reference;
mod routes;
mod server;
mod settings;
mod snippet;
mod snippet_upstream;
mod state;
mod verifier_metrics;
mod verify;
mod wire;

pub use error::Error;
pub use metrics_server::MetricsServer;
pub use proxy::Proxy;
pub use routes::openapi;
pub use server::{Server, serve};
pub use settings::{Limits, Settings};
pub use snippet::{Snippet, snippet};
pub use snippet_upstream::CheckAddress;
