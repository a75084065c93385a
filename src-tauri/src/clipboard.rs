//! The system's clipboard for the registry: tauri-plugin-clipboard-manager, and on X11 and Wayland the PRIMARY
//! selection too, which selecting the key fills and the plugin does not know. It reads only to compare.

use keystile_registry::{Clipboard, ClipboardError, Fingerprint};
use tauri::{AppHandle, Runtime};
use tauri_plugin_clipboard_manager::ClipboardExt;

pub(crate) struct SystemClipboard<R: Runtime> {
    app: AppHandle<R>,
}

impl<R: Runtime> SystemClipboard<R> {
    pub(crate) fn new(app: AppHandle<R>) -> Self {
        Self { app }
    }

    fn holds_in_clipboard(&self, texts: &[Fingerprint]) -> bool {
        // An empty clipboard, a picture, a program that does not answer: none of them is our text.
        self.app
            .clipboard()
            .read_text()
            .is_ok_and(|held| matches_any(texts, &held))
    }
}

impl<R: Runtime> Clipboard for SystemClipboard<R> {
    fn write_secret(&self, text: &str) -> Result<(), ClipboardError> {
        self.app
            .clipboard()
            .write_secret(text)
            .map_err(|error| failed(&error))?;
        // Believed only when read back: another program may have taken the clipboard in the same moment.
        if self.holds_in_clipboard(&[Fingerprint::of(text)]) {
            return Ok(());
        }
        Err(ClipboardError(
            "the clipboard holds something else".to_owned(),
        ))
    }

    fn holds(&self, texts: &[Fingerprint]) -> Result<bool, ClipboardError> {
        Ok(self.holds_in_clipboard(texts))
    }

    fn clear(&self, texts: &[Fingerprint]) -> Result<(), ClipboardError> {
        if self.holds_in_clipboard(texts) {
            self.app
                .clipboard()
                .clear()
                .map_err(|error| failed(&error))?;
        }
        #[cfg(target_os = "linux")]
        primary::clear(texts)?;
        Ok(())
    }
}

fn matches_any(texts: &[Fingerprint], held: &str) -> bool {
    texts.iter().any(|text| text.matches(held))
}

fn failed(error: &tauri_plugin_clipboard_manager::Error) -> ClipboardError {
    ClipboardError(error.to_string())
}

#[cfg(target_os = "linux")]
mod primary {
    use arboard::{ClearExtLinux, Clipboard, GetExtLinux, LinuxClipboardKind};
    use keystile_registry::{ClipboardError, Fingerprint};

    /// Empties PRIMARY if it still holds one of these texts. A desktop without PRIMARY has nothing to empty.
    pub(super) fn clear(texts: &[Fingerprint]) -> Result<(), ClipboardError> {
        let Ok(mut clipboard) = Clipboard::new() else {
            return Ok(());
        };
        let held = clipboard
            .get()
            .clipboard(LinuxClipboardKind::Primary)
            .text();
        if !held.is_ok_and(|held| super::matches_any(texts, &held)) {
            return Ok(());
        }
        let cleared = clipboard
            .clear_with()
            .clipboard(LinuxClipboardKind::Primary);
        cleared.map_err(|error| ClipboardError(error.to_string()))
    }
}
