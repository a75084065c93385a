//! Settings.

use keystile_registry as registry;
use serde::{Deserialize, Serialize};
use serde_with::rust::double_option;
use ts_rs::TS;

/// The user's settings.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct Settings {
    pub(crate) theme: registry::Theme,
    pub(crate) clipboard_seconds: Option<u32>,
    pub(crate) single_keys: bool,
    pub(crate) zoom: u16,
    pub(crate) keep_in_tray: bool,
    pub(crate) notifications: bool,
}

impl From<registry::Settings> for Settings {
    fn from(settings: registry::Settings) -> Self {
        Self {
            theme: settings.theme,
            clipboard_seconds: settings.clipboard_seconds,
            single_keys: settings.single_keys,
            zoom: settings.zoom,
            keep_in_tray: settings.keep_in_tray,
            notifications: settings.notifications,
        }
    }
}

/// Changes of the settings. A missing field keeps what is stored.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export, optional_fields)]
pub(crate) struct SettingsChanges {
    pub(crate) theme: Option<registry::Theme>,
    #[serde(default, deserialize_with = "double_option::deserialize")]
    pub(crate) clipboard_seconds: Option<Option<u32>>,
    pub(crate) single_keys: Option<bool>,
    pub(crate) zoom: Option<u16>,
    pub(crate) keep_in_tray: Option<bool>,
    pub(crate) notifications: Option<bool>,
}

impl From<SettingsChanges> for registry::SettingsChanges {
    fn from(changes: SettingsChanges) -> Self {
        Self {
            theme: changes.theme,
            clipboard_seconds: changes.clipboard_seconds,
            single_keys: changes.single_keys,
            zoom: changes.zoom,
            keep_in_tray: changes.keep_in_tray,
            notifications: changes.notifications,
        }
    }
}
