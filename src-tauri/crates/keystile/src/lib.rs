#![cfg_attr(feature = "axum", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "axum"),
    doc = "Authorizes the requests of a Rust API by Keystile API keys."
)]
#![forbid(unsafe_code)]

#[cfg(feature = "axum")]
pub mod axum;
mod builder;
mod error;
mod verifier;

pub use builder::Builder;
pub use error::Error;
pub use keystile_guard::{
    Authorized, ClientAddress, DecisionCode, Guard, Problem, Rejection, Response,
};
#[cfg(feature = "tower")]
pub use keystile_guard::{GuardLayer, Guarded};
pub use keystile_policy::{Access, KeyLocation, RouteRule, RouteRuleError, RouteRules};
pub use keystile_verifier::{
    DenyReason, Environment, EnvironmentId, KeyId, KeyInfo, Permission, Permissions, Prefix,
    ProjectId, SecretInfo, Stage, State, StoreError, Timestamp, UnavailableReason, Verification,
};
#[doc(no_inline)]
pub use miette::Diagnostic;
pub use verifier::Verifier;
