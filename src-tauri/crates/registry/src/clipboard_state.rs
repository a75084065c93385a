//! Tracks which keys the clipboard may contain and when it is to be cleared. Copying starts the tracking, closing the
//! prompt starts the countdown, clearing ends both. Only fingerprints of the keys are kept.

use std::time::{Duration, Instant};

use crate::clipboard::Fingerprint;

/// How long a write to the clipboard may take.
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

    pub(crate) fn is_clear_due(&self) -> bool {
        self.clear_at.is_some_and(|due| due <= Instant::now())
    }

    pub(crate) fn state(&self) -> Option<ClipboardState> {
        (!self.texts.is_empty()).then(|| ClipboardState {
            seconds: self.seconds,
            remaining: self
                .clear_at
                .map(|due| due.saturating_duration_since(Instant::now())),
        })
    }
}
