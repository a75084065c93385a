//! Changes the settings.

use keystile_store::{Action, AuditEntry};

use crate::error::RegistryError;
use crate::registry::Registry;
use crate::settings::{CLIPBOARD_SECONDS, Settings, ZOOM_PERCENT};

impl Registry {
    /// Changes the settings. A running clipboard countdown keeps its length.
    ///
    /// # Errors
    /// `InvalidSetting` or a `Store` error.
    pub async fn change_settings(&self, settings: Settings) -> Result<Settings, RegistryError> {
        if settings
            .clipboard_seconds
            .is_some_and(|seconds| !CLIPBOARD_SECONDS.contains(&seconds))
            || !ZOOM_PERCENT.contains(&settings.zoom)
        {
            return Err(RegistryError::InvalidSetting);
        }
        if settings == self.settings().await? {
            return Ok(settings);
        }
        let clipboard = settings
            .clipboard_seconds
            .map_or("never".to_owned(), |seconds| seconds.to_string());
        let single_keys = on_or_off(settings.single_keys);
        let keep_in_tray = on_or_off(settings.keep_in_tray);
        let zoom = settings.zoom.to_string();
        let mut write = self.store.write().await?;
        write.set_setting("theme", settings.theme.as_str()).await?;
        write.set_setting("clipboard_seconds", &clipboard).await?;
        write.set_setting("single_keys", single_keys).await?;
        write.set_setting("zoom", &zoom).await?;
        write.set_setting("keep_in_tray", keep_in_tray).await?;
        let entry = AuditEntry::new(Action::SettingsChanged)
            .with("theme", settings.theme.as_str())
            .with("clipboard_seconds", clipboard)
            .with("single_keys", single_keys)
            .with("zoom", zoom)
            .with("keep_in_tray", keep_in_tray);
        write.record(self.now(), entry).await?;
        write.commit().await?;
        Ok(settings)
    }
}

fn on_or_off(is_on: bool) -> &'static str {
    if is_on { "on" } else { "off" }
}
