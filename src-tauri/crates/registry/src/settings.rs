//! Settings and their defaults. An invalid stored value counts as the default, so that it cannot block the start.

use std::ops::RangeInclusive;

use keystile_store::{Connection, Store};

use crate::error::RegistryError;
use crate::registry::Registry;

/// The allowed lengths of the clipboard countdown, in seconds.
pub const CLIPBOARD_SECONDS: [u32; 4] = [10, 30, 45, 90];

/// The allowed zoom of the window, in percent.
pub(crate) const ZOOM_PERCENT: RangeInclusive<u16> = 50..=200;

/// The user's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The color theme.
    pub theme: Theme,
    /// One of [`CLIPBOARD_SECONDS`]; `None`: the clipboard is never cleared.
    pub clipboard_seconds: Option<u32>,
    /// Whether single-letter shortcuts are on.
    pub single_keys: bool,
    /// The zoom of the window in percent, 50 to 200.
    pub zoom: u16,
    /// Whether closing the window keeps running gateways in the tray.
    pub keep_in_tray: bool,
    /// Whether notifications are shown while another window has the focus.
    pub notifications: bool,
}

/// Changes of the settings. `None` keeps what is stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SettingsChanges {
    /// The color theme.
    pub theme: Option<Theme>,
    /// One of [`CLIPBOARD_SECONDS`]; `Some(None)`: the clipboard is never cleared.
    pub clipboard_seconds: Option<Option<u32>>,
    /// Whether single-letter shortcuts are on.
    pub single_keys: Option<bool>,
    /// The zoom of the window in percent, 50 to 200.
    pub zoom: Option<u16>,
    /// Whether closing the window keeps running gateways in the tray.
    pub keep_in_tray: Option<bool>,
    /// Whether notifications are shown while another window has the focus.
    pub notifications: Option<bool>,
}

/// The color theme of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename_all = "snake_case"))]
pub enum Theme {
    /// The desktop's theme.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            clipboard_seconds: Some(45),
            single_keys: true,
            zoom: 100,
            keep_in_tray: false,
            notifications: true,
        }
    }
}

impl Registry {
    /// Returns the settings.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn settings(&self) -> Result<Settings, RegistryError> {
        stored_settings(&mut self.store.read().await?).await
    }

    /// Returns the length of the clipboard countdown; the default if the database fails.
    pub(crate) async fn clipboard_seconds(&self) -> Option<u32> {
        self.settings().await.unwrap_or_default().clipboard_seconds
    }
}

/// Reads the settings.
pub(crate) async fn stored_settings(
    connection: &mut Connection<'_>,
) -> Result<Settings, RegistryError> {
    let mut settings = Settings::default();
    match Store::setting(connection, "theme").await?.as_deref() {
        Some("light") => settings.theme = Theme::Light,
        Some("dark") => settings.theme = Theme::Dark,
        _ => {}
    }
    let seconds = Store::setting(connection, "clipboard_seconds").await?;
    match seconds.as_deref() {
        Some("never") => settings.clipboard_seconds = None,
        Some(text) => {
            let stored = text
                .parse()
                .ok()
                .filter(|seconds| CLIPBOARD_SECONDS.contains(seconds));
            settings.clipboard_seconds = stored.or(settings.clipboard_seconds);
        }
        None => {}
    }
    let single_keys = Store::setting(connection, "single_keys").await?;
    settings.single_keys = single_keys.as_deref() != Some("off");
    let zoom = Store::setting(connection, "zoom").await?;
    settings.zoom = zoom
        .and_then(|text| text.parse().ok())
        .filter(|percent| ZOOM_PERCENT.contains(percent))
        .unwrap_or(settings.zoom);
    let keep_in_tray = Store::setting(connection, "keep_in_tray").await?;
    settings.keep_in_tray = keep_in_tray.as_deref() == Some("on");
    let notifications = Store::setting(connection, "notifications").await?;
    settings.notifications = notifications.as_deref() != Some("off");
    Ok(settings)
}
