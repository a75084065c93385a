//! The HTTP service of this process.

use serde::Serialize;
use ts_rs::TS;

use super::gateway::PortConflict;

/// The state of the HTTP service of this process.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct HttpServiceState {
    pub(crate) running: bool,
    /// Whether it ran when the program last ended and does not run now.
    pub(crate) restorable: bool,
    /// Its address, such as `127.0.0.1:7878`, or the one that it will have.
    pub(crate) address: String,
    /// The environments whose keys it checked since its start.
    pub(crate) environment_ids: Vec<String>,
    /// Set if the start failed because its port was taken.
    pub(crate) conflict: Option<PortConflict>,
}
