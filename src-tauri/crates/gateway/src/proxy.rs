//! The proxy: authorizes a request, prepares its headers, forwards it, and returns the response.

mod authorize;
mod gated_io;
mod handler;
mod headers;
mod pending_decision;
mod revalidation;
mod tracked_body;
mod upgrade;

pub(crate) use handler::handle;
pub use headers::TRACE_HEADER;
pub(crate) use revalidation::revalidate;
