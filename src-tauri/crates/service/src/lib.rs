//! The HTTP service: verify, introspect, forward-auth for reverse proxies, and generated configurations for those
//! proxies.

#![forbid(unsafe_code)]

mod access_log;
mod activity;
mod admin;
mod allowed_hosts;
mod auth_path;
mod body;
mod check_key;
mod connection_failure;
mod error;
mod extractors;
mod fetch_metadata;
mod forward_auth;
mod header_timer;
mod health;
mod introspect;
mod io;
mod metrics;
mod metrics_route;
mod metrics_server;
mod misconfiguration;
mod openapi;
mod problem_responses;
mod proxy;
mod routes;
mod server;
mod settings;
mod snippet;
mod snippet_upstream;
mod state;
mod verifier_metrics;
mod verify;

pub use activity::Activity;
pub use admin::{AdminScope, AdminTokens};
pub use body::{has_media_type, parse_json, read_body};
pub use connection_failure::ConnectionFailure;
pub use error::Error;
pub use fetch_metadata::reject_browsers;
pub use metrics_server::MetricsServer;
pub use problem_responses::problem_responses;
pub use proxy::Proxy;
pub use routes::openapi;
pub use server::{Server, serve};
pub use settings::{Limits, Settings};
pub use snippet::{Snippet, snippet};
pub use snippet_upstream::ServiceAddress;
