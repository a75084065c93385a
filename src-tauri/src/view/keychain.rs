//! The state of the system keychain.

use keystile_keychain as keychain;
use serde::Serialize;
use ts_rs::TS;

/// The system keychain's state, and what to do about it.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the names are self-explanatory")]
pub struct KeychainStatus {
    pub state: keychain::KeychainStatus,
    pub name: String,
    pub message: Option<String>,
    pub advice: Option<String>,
}
