//! What happens to one request: it is authorized, its headers are made those for the API, and its response is passed back.

mod authorize;
mod gated_io;
mod handler;
mod headers;
mod revalidation;
mod tracked_body;
mod upgrade;

pub(crate) use handler::handle;
pub use headers::TRACE;
pub(crate) use revalidation::revalidate;
