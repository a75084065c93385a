//! Which rows commits have changed, so that the window reads only those again.

use std::collections::BTreeSet;

use keystile_store::ChangedIds;
use serde::Serialize;
use ts_rs::TS;

/// The ids of changed rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct ChangedRows {
    /// The projects that changed, or of which an environment or a key did: their counts may differ.
    project_ids: BTreeSet<String>,
    /// Environments that changed, or whose gateway did.
    environment_ids: BTreeSet<String>,
    /// The environments of the changed keys.
    key_environment_ids: BTreeSet<String>,
    /// Keys that changed, or whose keychain entry did.
    key_ids: BTreeSet<String>,
}

impl ChangedRows {
    /// Returns whether nothing is named, as by a change of the settings.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl FromIterator<ChangedIds> for ChangedRows {
    fn from_iter<T: IntoIterator<Item = ChangedIds>>(rows: T) -> Self {
        let mut changed = Self::default();
        for row in rows {
            if row.noun != "gateway" {
                changed.project_ids.extend(row.project_id);
            }
            if let Some(key) = row.key_id {
                changed.key_ids.insert(key);
                changed.key_environment_ids.extend(row.environment_id);
            } else {
                changed.environment_ids.extend(row.environment_id);
            }
        }
        changed
    }
}
