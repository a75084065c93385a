//! A request in flight: what it was authorized for, its bodies, and how it is cancelled.

mod body;
mod cancellation;
mod info;
mod open_request;

pub(crate) use body::{ForwardedBody, ResponseBody, UploadProgress};
pub(crate) use cancellation::{
    COMMIT_POLL_INTERVAL, Cancellation, Gate, REVALIDATION_INTERVAL, Revalidations,
};
pub(crate) use info::RequestInfo;
pub(crate) use open_request::{OpenRequest, RequestSlot};
