//! Changes settings.

use keystile_store::{Action, AuditEntry};

use crate::error::RegistryError;
use crate::registry::Registry;
use crate::settings::{
    CLIPBOARD_SECONDS, Settings, SettingsChanges, ZOOM_PERCENT, stored_settings,
};

impl Registry {
    /// Changes settings, and returns all. A running clipboard countdown keeps its length.
    ///
    /// # Errors
    /// `InvalidSetting` or a `Store` error.
    pub async fn change_settings(
        &self,
        changes: SettingsChanges,
    ) -> Result<Settings, RegistryError> {
        let is_length = |seconds: u32| CLIPBOARD_SECONDS.contains(&seconds);
        if !changes.clipboard_seconds.flatten().is_none_or(is_length)
            || !changes.zoom.is_none_or(|zoom| ZOOM_PERCENT.contains(&zoom))
        {
            return Err(RegistryError::InvalidSetting);
        }
        let mut write = self.store.write().await?;
        let before = stored_settings(write.connection()).await?;
        let settings = Settings {
            theme: changes.theme.unwrap_or(before.theme),
            clipboard_seconds: changes
                .clipboard_seconds
                .unwrap_or(before.clipboard_seconds),
            single_keys: changes.single_keys.unwrap_or(before.single_keys),
            zoom: changes.zoom.unwrap_or(before.zoom),
            keep_in_tray: changes.keep_in_tray.unwrap_or(before.keep_in_tray),
            notifications: changes.notifications.unwrap_or(before.notifications),
        };
        if settings == before {
            return Ok(settings);
        }
        let clipboard = settings
            .clipboard_seconds
            .map_or("never".to_owned(), |seconds| seconds.to_string());
        let single_keys = on_or_off(settings.single_keys);
        let keep_in_tray = on_or_off(settings.keep_in_tray);
        let notifications = on_or_off(settings.notifications);
        let zoom = settings.zoom.to_string();
        write.set_setting("theme", settings.theme.as_str()).await?;
        write.set_setting("clipboard_seconds", &clipboard).await?;
        write.set_setting("single_keys", single_keys).await?;
        write.set_setting("zoom", &zoom).await?;
        write.set_setting("keep_in_tray", keep_in_tray).await?;
        write.set_setting("notifications", notifications).await?;
        let entry = AuditEntry::new(Action::SettingsChanged)
            .with("theme", settings.theme.as_str())
            .with("clipboard_seconds", clipboard)
            .with("single_keys", single_keys)
            .with("zoom", zoom)
            .with("keep_in_tray", keep_in_tray)
            .with("notifications", notifications);
        write.record(self.now(), entry).await?;
        write.commit().await?;
        Ok(settings)
    }
}

fn on_or_off(is_on: bool) -> &'static str {
    if is_on { "on" } else { "off" }
}
