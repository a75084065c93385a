//! Tools for developers: test requests through a gateway, the check of a new key, a sample API, and curl commands.

mod curl;
mod key_check;
mod sample_api;
mod test_request;

pub use curl::curl_command;
pub use key_check::{KeyCheckResult, check_key};
pub use sample_api::SampleApi;
pub use test_request::{TestRequest, TestRequestError, TestResponse, send_test_request};
