//! Standard output as the place a key is copied to. The registry prepares the claim, has this write and flush the key,
//! and only then commits: a reader that has gone makes the write fail, and the key is never claimed. Deliberately absent:
//! taking it back; what was printed cannot be cleared.

use std::io::Write;

use keystile_registry::{Clipboard, ClipboardError, Fingerprint};

/// Prints a key and nothing else.
pub(crate) struct PrintKey;

impl Clipboard for PrintKey {
    fn write_secret(&self, text: &str) -> Result<(), ClipboardError> {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes())
            .and_then(|()| out.write_all(b"\n"))
            .and_then(|()| out.flush())
            .map_err(|cause| ClipboardError(cause.to_string()))
    }

    fn holds(&self, _texts: &[Fingerprint]) -> Result<bool, ClipboardError> {
        Ok(false)
    }

    fn clear(&self, _texts: &[Fingerprint]) -> Result<(), ClipboardError> {
        Ok(())
    }
}
