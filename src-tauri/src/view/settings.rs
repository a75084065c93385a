//! Settings.

use keystile_registry as registry;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The color theme of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "see keystile_registry::Theme")]
pub enum Theme {
    System,
    Light,
    Dark,
}

/// The user's settings.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
#[expect(missing_docs, reason = "see keystile_registry::Settings")]
pub struct Settings {
    pub theme: Theme,
    pub clipboard_seconds: Option<u32>,
    pub single_keys: bool,
}

impl From<registry::Settings> for Settings {
    fn from(settings: registry::Settings) -> Self {
        Self {
            theme: match settings.theme {
                registry::Theme::System => Theme::System,
                registry::Theme::Light => Theme::Light,
                registry::Theme::Dark => Theme::Dark,
            },
            clipboard_seconds: settings.clipboard_seconds,
            single_keys: settings.single_keys,
        }
    }
}

impl From<Settings> for registry::Settings {
    fn from(settings: Settings) -> Self {
        Self {
            theme: match settings.theme {
                Theme::System => registry::Theme::System,
                Theme::Light => registry::Theme::Light,
                Theme::Dark => registry::Theme::Dark,
            },
            clipboard_seconds: settings.clipboard_seconds,
            single_keys: settings.single_keys,
        }
    }
}
