//! Keys over HTTP: verify, introspect, forward-auth for reverse proxies, and the configuration of those proxies. The
//! terminal's `serve` runs it; any program can. It asks the verifier and translates; it knows no SQL and decides nothing
//! about keys. It grows with the questions that can be asked over HTTP.

#![forbid(unsafe_code)]

mod accept;
mod admin;
mod admit;
mod alarm;
mod body;
mod browser;
mod credentials;
mod document;
mod error;
mod forward_auth;
mod gateway_kinds;
mod health;
mod hosts;
mod identity;
mod introspect;
mod kinds;
mod metrics;
mod moment;
mod problem;
mod proxy;
mod query;
mod reference;
mod routes;
mod server;
mod settings;
mod snippet;
mod verify;
mod wire;

pub use accept::{Accepted, accept};
pub use admit::{Denied, Use, admit, claim, no_key_in, shown_key};
pub use document::openapi;
pub use error::Error;
pub use identity::identity;
pub use moment::now;
pub use problem::{Answer, Problem};
pub use proxy::Proxy;
pub use query::{holds_key, words};
pub use server::{Server, serve};
pub use settings::{Limits, Settings};
pub use snippet::{Snippet, snippet};
