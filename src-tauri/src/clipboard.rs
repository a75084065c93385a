//! The system clipboard. Writing uses tauri-plugin-clipboard-manager. Comparing uses arboard, which distinguishes an
//! empty clipboard from one that does not respond, and supports X11's PRIMARY selection. Nothing that is read is kept.

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
        // Read back, because another program may have replaced the content.
        if contains_any(&mut open()?, &[Fingerprint::new(text)])? {
            return Ok(());
        }
        Err(ClipboardError(
            "the clipboard contains something else".to_owned(),
        ))
    }

    fn write_text(&self, text: &str) -> Result<(), ClipboardError> {
        let written = self.app.clipboard().write_text(text);
        written.map_err(|error| failed(&error))
    }

    fn contains_any(&self, texts: &[Fingerprint]) -> Result<bool, ClipboardError> {
        let mut clipboard = open()?;
        Ok(contains_any(&mut clipboard, texts)? || primary::contains_any(&mut clipboard, texts)?)
    }

    fn clear(&self, texts: &[Fingerprint]) -> Result<(), ClipboardError> {
        let mut clipboard = open()?;
        if contains_any(&mut clipboard, texts)? {
            let cleared = self.app.clipboard().clear();
            cleared.map_err(|error| failed(&error))?;
        }
        if primary::contains_any(&mut clipboard, texts)? {
            primary::clear(&mut clipboard)?;
        }
        Ok(())
    }
}

fn open() -> Result<arboard::Clipboard, ClipboardError> {
    arboard::Clipboard::new().map_err(|error| failed(&error))
}

fn contains_any(
    clipboard: &mut arboard::Clipboard,
    texts: &[Fingerprint],
) -> Result<bool, ClipboardError> {
    compare(clipboard.get_text(), texts)
}

/// Returns whether the clipboard text is one of `texts`. An empty clipboard, an image, or invalid text is not.
fn compare(read: Result<String, ReadError>, texts: &[Fingerprint]) -> Result<bool, ClipboardError> {
    match read.map(Zeroizing::new) {
        Ok(content) => Ok(texts.iter().any(|text| text.matches(&content))),
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

    pub(super) fn contains_any(
        clipboard: &mut Clipboard,
        texts: &[Fingerprint],
    ) -> Result<bool, ClipboardError> {
        let read = clipboard.get().clipboard(LinuxClipboardKind::Primary);
        match read.text() {
            // The desktop has no PRIMARY selection.
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

    pub(super) fn contains_any(
        _clipboard: &mut Clipboard,
        _texts: &[Fingerprint],
    ) -> Result<bool, ClipboardError> {
        Ok(false)
    }

    pub(super) fn clear(_clipboard: &mut Clipboard) -> Result<(), ClipboardError> {
        Ok(())
    }
}
