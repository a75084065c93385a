//! Locations on disk that the window can open.

use serde::Deserialize;
use ts_rs::TS;

/// A file or folder of Keystile. The window names it; only Rust knows the paths that it opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) enum Location {
    /// The folder of the database.
    DataFolder,
    /// The folder of the logs.
    LogFolder,
    /// The current log.
    Log,
}
