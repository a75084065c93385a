//! The reverse proxy in front of one environment's endpoint: a request passes with a key that may do it, and reaches the
//! API without the key. Window and terminal start it as the registry has it stored. It asks the verifier through the
//! service's `admit`, so that a caller reads the same here as there; it knows no SQL.

#![forbid(unsafe_code)]

mod answered;
mod api_body;
mod ask;
mod check;
mod control;
mod converse;
mod curl;
mod decide;
mod decision;
mod ending;
mod endpoint;
mod error;
mod exchange;
mod failed;
mod gateway;
mod headers;
mod link;
mod pool;
mod port_holder;
mod progress;
mod request_info;
mod running;
mod sample_api;
mod sent;
mod settings;
mod standing;
mod start;
mod stream;
mod surroundings;
mod tunnel;
mod turn;
mod watched;
mod wire;

pub use ask::{AskError, Question, Reply, ask};
pub use check::{Checked, check_key};
pub use control::Control;
pub use curl::curl_command;
pub use decision::{Decision, Outcome};
pub use ending::Ending;
pub use endpoint::Endpoint;
pub use error::Error;
pub use gateway::Gateway;
pub use port_holder::port_holder;
pub use running::Running;
pub use sample_api::SampleApi;
pub use settings::{Limits, Routing, Settings, Upstream};
pub use start::{StartError, StartWish, start};
