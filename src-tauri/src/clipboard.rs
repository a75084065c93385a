//! The system's clipboard for the registry: written and cleared with tauri-plugin-clipboard-manager, read to compare with
//! arboard, the crate below it, whose errors tell "empty" from "did not answer" and which knows the PRIMARY selection
//! that selecting the key fills. Nothing that was read is kept.

use arboard::Error as ReadError;
use keystile_registry::{Clipboard, ClipboardError, Fingerprint};
use tauri::{AppHandle, Runtime};
use tauri_plugin_clipboard_manager::ClipboardExt;
use zeroize::Zeroizing;

pub(crate) struct SystemClipboard<R: Runtime> {
    app: AppHandle<R>,
}

impl<R: Runtime> SystemClipboard<R> {
    pub(crate) fn new(app: AppHandle<R>) -> Self {
        Self { app }
    }
}

impl<R: Runtime> Clipboard for SystemClipboard<R> {
    fn write_secret(&self, text: &str) -> Result<(), ClipboardError> {
        let written = self.app.clipboard().write_secret(text);
        written.map_err(|error| failed(&error))?;
        // Believed only when read back: another program may have taken the clipboard in the same moment.
        if holds(&mut open()?, &[Fingerprint::of(text)])? {
            return Ok(());
        }
        Err(ClipboardError(
            "the clipboard holds something else".to_owned(),
        ))
    }

    fn write_text(&self, text: &str) -> Result<(), ClipboardError> {
        let written = self.app.clipboard().write_text(text);
        written.map_err(|error| failed(&error))
    }

    fn holds(&self, texts: &[Fingerprint]) -> Result<bool, ClipboardError> {
        let mut clipboard = open()?;
        Ok(holds(&mut clipboard, texts)? || primary::holds(&mut clipboard, texts)?)
    }

    fn clear(&self, texts: &[Fingerprint]) -> Result<(), ClipboardError> {
        let mut clipboard = open()?;
        if holds(&mut clipboard, texts)? {
            let cleared = self.app.clipboard().clear();
            cleared.map_err(|error| failed(&error))?;
        }
        if primary::holds(&mut clipboard, texts)? {
            primary::clear(&mut clipboard)?;
        }
        Ok(())
    }
}

fn open() -> Result<arboard::Clipboard, ClipboardError> {
    arboard::Clipboard::new().map_err(|error| failed(&error))
}

fn holds(
    clipboard: &mut arboard::Clipboard,
    texts: &[Fingerprint],
) -> Result<bool, ClipboardError> {
    compare(clipboard.get_text(), texts)
}

/// Nothing there, a picture, or bytes that are no text: not ours. Any other error: the system did not say.
fn compare(read: Result<String, ReadError>, texts: &[Fingerprint]) -> Result<bool, ClipboardError> {
    match read.map(Zeroizing::new) {
        Ok(held) => Ok(texts.iter().any(|text| text.matches(&held))),
        Err(ReadError::ContentNotAvailable | ReadError::ConversionFailure) => Ok(false),
        Err(error) => Err(failed(&error)),
    }
}

fn failed(error: &dyn std::error::Error) -> ClipboardError {
    ClipboardError(error.to_string())
}

#[cfg(target_os = "linux")]
mod primary {
    use arboard::{ClearExtLinux, Clipboard, GetExtLinux, LinuxClipboardKind};
    use keystile_registry::{ClipboardError, Fingerprint};

    pub(super) fn holds(
        clipboard: &mut Clipboard,
        texts: &[Fingerprint],
    ) -> Result<bool, ClipboardError> {
        let read = clipboard.get().clipboard(LinuxClipboardKind::Primary);
        match read.text() {
            // A desktop without PRIMARY holds nothing in it.
            Err(arboard::Error::ClipboardNotSupported) => Ok(false),
            read => super::compare(read, texts),
        }
    }

    pub(super) fn clear(clipboard: &mut Clipboard) -> Result<(), ClipboardError> {
        let cleared = clipboard
            .clear_with()
            .clipboard(LinuxClipboardKind::Primary);
        cleared.map_err(|error| super::failed(&error))
    }
}

#[cfg(not(target_os = "linux"))]
mod primary {
    use arboard::Clipboard;
    use keystile_registry::{ClipboardError, Fingerprint};

    pub(super) fn holds(
        _clipboard: &mut Clipboard,
        _texts: &[Fingerprint],
    ) -> Result<bool, ClipboardError> {
        Ok(false)
    }

    pub(super) fn clear(_clipboard: &mut Clipboard) -> Result<(), ClipboardError> {
        Ok(())
    }
}
