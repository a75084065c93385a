//! The client side: connections to the upstream.

mod client;
mod endpoint;
mod error;

pub(crate) use client::{Client, Protocol};
pub use endpoint::Endpoint;
pub(crate) use error::{BodyError, UpstreamError};
