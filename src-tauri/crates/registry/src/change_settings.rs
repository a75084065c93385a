//! Settings: what they mean, their defaults, and how they are changed. An unreadable stored value counts as the
//! default, so that no setting can keep the program from starting.

use keystile_store::{Action, AuditEntry, Store};

use crate::error::RegistryError;
use crate::registry::Registry;

/// After how many seconds the clipboard may be cleared.
pub const CLIPBOARD_SECONDS: [u32; 4] = [10, 30, 45, 90];

/// What the user chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The look of the window.
    pub theme: Theme,
    /// One of [`CLIPBOARD_SECONDS`]; `None`: never.
    pub clipboard_seconds: Option<u32>,
    /// Whether single letters are shortcuts.
    pub single_keys: bool,
}

/// The look of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the desktop says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    fn as_str(self) -> &'static str {
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
        }
    }
}

impl Registry {
    /// The settings in force.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn settings(&self) -> Result<Settings, RegistryError> {
        let mut connection = self.store.read().await?;
        let mut settings = Settings::default();
        match Store::setting(&mut connection, "theme").await?.as_deref() {
            Some("light") => settings.theme = Theme::Light,
            Some("dark") => settings.theme = Theme::Dark,
            _ => {}
        }
        match Store::setting(&mut connection, "clipboard_seconds")
            .await?
            .as_deref()
        {
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
        if Store::setting(&mut connection, "single_keys")
            .await?
            .as_deref()
            == Some("off")
        {
            settings.single_keys = false;
        }
        Ok(settings)
    }

    /// Changes the settings. A countdown that runs goes on as it was.
    ///
    /// # Errors
    /// `Setting` or a `Store` error.
    pub async fn change_settings(&self, settings: Settings) -> Result<Settings, RegistryError> {
        if settings
            .clipboard_seconds
            .is_some_and(|seconds| !CLIPBOARD_SECONDS.contains(&seconds))
        {
            return Err(RegistryError::InvalidSetting);
        }
        if settings == self.settings().await? {
            return Ok(settings);
        }
        let clipboard = settings
            .clipboard_seconds
            .map_or("never".to_owned(), |seconds| seconds.to_string());
        let single_keys = if settings.single_keys { "on" } else { "off" };
        let mut write = self.store.write().await?;
        write.set_setting("theme", settings.theme.as_str()).await?;
        write.set_setting("clipboard_seconds", &clipboard).await?;
        write.set_setting("single_keys", single_keys).await?;
        let entry = AuditEntry::new(Action::SettingsChanged)
            .with("theme", settings.theme.as_str())
            .with("clipboard_seconds", clipboard)
            .with("single_keys", single_keys);
        write.record(self.now(), entry).await?;
        write.commit().await?;
        Ok(settings)
    }

    /// After how long the clipboard is cleared. When the database does not say, the default protects.
    pub(crate) async fn clipboard_seconds(&self) -> Option<u32> {
        self.settings().await.unwrap_or_default().clipboard_seconds
    }
}
