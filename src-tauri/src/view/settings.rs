//! Settings.

use keystile_registry as registry;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The user's settings.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub(crate) struct Settings {
    pub(crate) theme: registry::Theme,
    pub(crate) clipboard_seconds: Option<u32>,
    pub(crate) single_keys: bool,
    pub(crate) zoom: u16,
    pub(crate) keep_in_tray: bool,
}

impl From<registry::Settings> for Settings {
    fn from(settings: registry::Settings) -> Self {
        Self {
            theme: settings.theme,
            clipboard_seconds: settings.clipboard_seconds,
            single_keys: settings.single_keys,
            zoom: settings.zoom,
            keep_in_tray: settings.keep_in_tray,
        }
    }
}

impl From<Settings> for registry::Settings {
    fn from(settings: Settings) -> Self {
        Self {
            theme: settings.theme,
            clipboard_seconds: settings.clipboard_seconds,
            single_keys: settings.single_keys,
            zoom: settings.zoom,
            keep_in_tray: settings.keep_in_tray,
        }
    }
}
