//! Standard output in place of the clipboard, for `key create`. The registry commits the claim only after the key was
//! written: a failed write discards the key.

use std::io::{self, Write};

use keystile_registry::{Clipboard, ClipboardError, Fingerprint};

/// Writes the key and a line break to standard output.
pub(crate) struct StdoutClipboard;

impl Clipboard for StdoutClipboard {
    fn write_secret(&self, text: &str) -> Result<(), ClipboardError> {
        let mut stdout = io::stdout().lock();
        stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.write_all(b"\n"))
            .and_then(|()| stdout.flush())
            .map_err(|cause| ClipboardError(cause.to_string()))
    }

    fn contains_any(&self, _texts: &[Fingerprint]) -> Result<bool, ClipboardError> {
        Ok(false)
    }

    fn clear(&self, _texts: &[Fingerprint]) -> Result<(), ClipboardError> {
        Ok(())
    }
}
