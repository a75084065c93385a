//! Checks API keys against the store. A key that was revoked is rejected by the next check, in every process.

#![forbid(unsafe_code)]

mod answer;
mod builder;
mod coarse_clock;
mod database_state;
mod error;
mod figures;
mod filling;
mod ground;
mod id_filter;
mod lanes;
mod last_read;
mod memory;
mod proof_job;
mod proof_queue;
mod proofs;
mod reading;
mod recheck;
mod rows;
mod shared;
mod tags;
mod tasks;
mod usage;
mod verifier;
mod view;
mod watch;
mod wish;

pub use answer::{Environment, Extensions, KeyInfo, Verification};
pub use builder::Builder;
pub use database_state::DatabaseState;
pub use error::{Error, RejectReason};
pub use figures::Metrics;
pub use keystile_keys::{
    DenyReason, EnvironmentId, KeyId, Permission, Permissions, Prefix, ProjectId, Stage, State,
    Timestamp,
};
pub use keystile_store::StoreError;
pub use lanes::Lanes;
pub use verifier::Verifier;
pub use view::View;
