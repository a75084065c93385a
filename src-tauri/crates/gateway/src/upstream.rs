//! The client side: connections to the API, and why it gave no response. Knows no keys.

mod client;
mod endpoint;
mod error;

pub(crate) use client::{Client, Protocol};
pub use endpoint::Endpoint;
pub(crate) use error::{BodyError, UpstreamError};
