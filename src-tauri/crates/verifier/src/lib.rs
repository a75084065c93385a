//! Checks API keys against the store. A revoked key is rejected by the next check, in every process.

#![forbid(unsafe_code)]

mod argon2_pool;
mod argon2_queue;
mod builder;
mod cache;
mod check;
mod coarse_clock;
mod convert;
mod database_state;
mod error;
mod filter_builder;
mod id_filter;
mod lease_state;
mod lease_task;
mod limits;
mod metrics;
mod next_expiry;
mod reader_request;
mod reader_task;
mod request_log;
mod sharded;
mod shared;
mod state;
mod tag_writer;
mod tasks;
mod usage;
mod verification;
mod verifier;
mod verify_job;
mod view;
mod watch;

pub use builder::Builder;
pub use database_state::DatabaseState;
pub use error::{Error, UnavailableReason};
pub use keystile_keys::{
    DenyReason, EnvironmentId, KeyId, Permission, Permissions, Prefix, ProjectId, Stage, State,
    Timestamp,
};
/// The length of a lease on a shared store.
pub use keystile_lease::TTL as LEASE_TTL;
pub use keystile_store::{NextExpiry, PropagationTotals, RequestRecord, RequestSource, StoreError};
pub use limits::Consistency;
pub use metrics::Metrics;
pub use request_log::LogPermit;
pub use sharded::Sharded;
pub use verification::{Environment, Extensions, KeyInfo, SecretInfo, Verification};
pub use verifier::Verifier;
pub use view::View;
