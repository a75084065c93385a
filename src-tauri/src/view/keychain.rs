//! What the window is told of the system keychain.

use serde::Serialize;
use ts_rs::TS;

/// What can be said of the system keychain without asking it for anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(
    missing_docs,
    reason = "the words of keystile_keychain::KeychainStatus"
)]
pub enum KeychainState {
    Ready,
    Locked,
    Absent,
    Failed,
}

/// The system keychain's state, and what to do about it.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub struct KeychainStatus {
    pub state: KeychainState,
    pub name: String,
    pub message: Option<String>,
    pub advice: Option<String>,
}
