//! The place that a link names.

use keystile_link::Tab;
use serde::Serialize;
use ts_rs::TS;

/// The place that a link names, which exists.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct LinkedPlace {
    pub(crate) project_id: String,
    pub(crate) environment_id: String,
    /// Null: where an environment opens.
    pub(crate) tab: Option<Tab>,
}
