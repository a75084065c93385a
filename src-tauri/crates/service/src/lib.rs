//! Keys over HTTP: verify, introspect, forward-auth for reverse proxies, and the configuration of those proxies. The
//! terminal's `serve` runs it; any program can. It asks the verifier and translates; it knows no SQL and decides nothing
//! about keys. It grows with the questions that can be asked over HTTP.

#![forbid(unsafe_code)]

mod admin;
mod alarm;
mod body;
mod browser;
mod check_key;
mod document;
mod error;
mod forward_auth;
mod health;
mod hosts;
mod introspect;
mod metrics;
mod proxy;
mod reference;
mod routes;
mod server;
mod settings;
mod snippet;
mod snippet_upstream;
mod verify;
mod wire;

pub use document::openapi;
pub use error::Error;
pub use proxy::Proxy;
pub use server::{Server, serve};
pub use settings::{Limits, Settings};
pub use snippet::{Snippet, snippet};
pub use snippet_upstream::ServiceAddress;
