//! Tracks which keys the clipboard may contain and when it is to be cleared. Copying starts the tracking, closing the
//! prompt starts the countdown, clearing ends both. Only fingerprints of the keys are kept.

use std::sync::Arc;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::clipboard::Fingerprint;
use crate::error::RegistryError;
use crate::registry::Registry;

pub(crate) const COPY_TIMEOUT: Duration = Duration::from_secs(2);

/// The clipboard countdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClipboardState {
    /// The length of the countdown in seconds; `None`: the clipboard is never cleared.
    pub seconds: Option<u32>,
    /// The time until the clipboard is cleared; `None`: the countdown has not started.
    pub remaining: Option<Duration>,
}

/// The keys that Keystile put into the clipboard.
#[derive(Debug, Default)]
pub(crate) struct TrackedClipboard {
    /// There can be two: X11's PRIMARY selection may contain an older key than the clipboard.
    texts: Vec<Fingerprint>,
    clear_at: Option<Instant>,
    seconds: Option<u32>,
    /// Incremented by `add`, so that `forget` keeps keys that were added while the clipboard was being cleared.
    generation: u64,
}

impl TrackedClipboard {
    /// Adds a key before it is written. A running countdown continues, because the write may fail.
    pub(crate) fn add(&mut self, text: Fingerprint, seconds: Option<u32>) {
        self.texts.push(text);
        self.generation += 1;
        self.seconds = seconds;
    }

    /// Stops the countdown of the key that the new one replaced.
    pub(crate) fn stop_countdown(&mut self) {
        self.clear_at = None;
    }

    pub(crate) fn start_countdown(&mut self, seconds: Option<u32>) {
        self.seconds = seconds;
        if !self.texts.is_empty() {
            self.clear_at =
                seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds.into()));
        }
    }

    pub(crate) fn texts(&self) -> Vec<Fingerprint> {
        self.texts.clone()
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// Forgets all keys, unless one was added since `generation` was read.
    pub(crate) fn forget(&mut self, generation: u64) {
        if self.generation == generation {
            self.texts.clear();
            self.clear_at = None;
            self.seconds = None;
        }
    }

    fn is_clear_due(&self) -> bool {
        self.clear_at.is_some_and(|due| due <= Instant::now())
    }

    fn state(&self) -> Option<ClipboardState> {
        (!self.texts.is_empty()).then(|| ClipboardState {
            seconds: self.seconds,
            remaining: self
                .clear_at
                .map(|due| due.saturating_duration_since(Instant::now())),
        })
    }
}

impl Registry {
    /// Returns the clipboard countdown; `None` if the clipboard contains none of our keys.
    pub fn clipboard_state(&self) -> Option<ClipboardState> {
        self.tracked_clipboard().state()
    }

    /// Returns whether the countdown has ended and the clipboard is to be cleared.
    pub fn is_clipboard_clear_due(&self) -> bool {
        self.tracked_clipboard().is_clear_due()
    }

    /// Writes a key to the clipboard and tracks it.
    ///
    /// # Errors
    /// `CopyFailed` or `CopyTimedOut`.
    pub(crate) async fn fill_clipboard(
        &self,
        text: &str,
        seconds: Option<u32>,
    ) -> Result<(), RegistryError> {
        let text = Zeroizing::new(text.to_owned());
        let fingerprint = Fingerprint::new(&text);
        let clipboard = Arc::clone(&self.clipboard);
        let write = tokio::task::spawn_blocking(move || clipboard.write_secret(&text));
        // Tracked before the write ends: a write that completes after the timeout must still be cleared.
        self.tracked_clipboard().add(fingerprint, seconds);
        match tokio::time::timeout(COPY_TIMEOUT, write).await {
            Ok(Ok(Ok(()))) => {
                self.tracked_clipboard().stop_countdown();
                Ok(())
            }
            Ok(Ok(Err(cause))) => Err(RegistryError::CopyFailed(cause)),
            Ok(Err(_)) => Err(RegistryError::TaskFailed),
            Err(_) => Err(RegistryError::CopyTimedOut),
        }
    }
}
