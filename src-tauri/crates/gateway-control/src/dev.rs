//! Tools for developers: a test request through a gateway, the check of a new key, a sample API, a curl command.

mod curl;
mod key_check;
mod sample_api;
mod test_request;

pub use curl::curl_command;
pub use key_check::{KeyCheck, check_key};
pub use sample_api::SampleApi;
pub use test_request::{TestRequest, TestRequestError, TestResponse, send_test_request};
