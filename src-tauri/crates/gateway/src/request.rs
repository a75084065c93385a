//! Requests in flight: their authorization, bodies, and cancellation.

mod body;
mod cancellation;
mod info;
mod open_request;

pub(crate) use body::{ForwardedBody, ResponseBody, UploadProgress};
pub(crate) use cancellation::{
    COMMIT_POLL_INTERVAL, Cancellation, REVALIDATION_INTERVAL, RevalidationGate, Revalidations,
};
pub(crate) use info::RequestInfo;
pub(crate) use open_request::{OpenKey, OpenRequest, RequestSlot};
