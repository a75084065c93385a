//! The state of the system keychain.

use keystile_keychain as keychain;
use serde::Serialize;
use ts_rs::TS;

/// The system keychain's state, and what to do about it.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct KeychainStatus {
    pub(crate) state: keychain::KeychainStatus,
    pub(crate) name: String,
    pub(crate) message: Option<String>,
    pub(crate) advice: Option<String>,
}
