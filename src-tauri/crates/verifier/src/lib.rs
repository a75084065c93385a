//! May a request that carries this key pass? Any program that guards an API calls [`Verifier::verify`]; the service and
//! the terminal do. It knows no HTTP and decides nothing about keys: it asks `keystile_keys::judge`. It grows when a
//! check needs another fact about a key.

#![forbid(unsafe_code)]

mod answer;
mod clock;
mod coarse_clock;
mod error;
mod figures;
mod filling;
mod ground;
mod id_filter;
mod lanes;
mod last_read;
mod memory;
mod proofs;
mod reading;
mod rows;
mod standing;
mod tags;
mod tasks;
mod usage;
mod verifier;
mod watch;

pub use answer::{Answer, Derived, Environment, KeyInfo};
pub use error::{Error, Reason};
pub use figures::Figures;
pub use keystile_keys::{
    Bearer, DenyReason, EnvironmentId, KeyId, Permission, Permissions, Timestamp, Verdict,
};
pub use lanes::Lanes;
pub use tasks::Limits;
pub use verifier::Verifier;
