//! Which keys the clipboard may hold, and when it is to be cleared. Copying fills it, closing the prompt starts the
//! countdown, clearing empties it. It keeps fingerprints only, so that nothing keeps the key.

use std::time::{Duration, Instant};

use crate::clipboard::Fingerprint;

/// What a window shows of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClipboardHold {
    /// The setting in force; `None`: never cleared.
    pub seconds: Option<u32>,
    /// Until it is cleared; `None`: the countdown has not begun.
    pub remaining: Option<Duration>,
}

/// Empty when Keystile put nothing into the clipboard.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// More than one: the clipboard may hold the newest, X11's PRIMARY selection an older one.
    texts: Vec<Fingerprint>,
    due: Option<Instant>,
    seconds: Option<u32>,
}

impl Held {
    pub(crate) fn add(&mut self, text: Fingerprint, seconds: Option<u32>) {
        self.texts.push(text);
        self.due = None;
        self.seconds = seconds;
    }

    pub(crate) fn start_countdown(&mut self, seconds: Option<u32>) {
        self.seconds = seconds;
        if !self.texts.is_empty() {
            self.due = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds.into()));
        }
    }

    pub(crate) fn is_due(&self) -> bool {
        self.due.is_some_and(|due| due <= Instant::now())
    }

    pub(crate) fn texts(&self) -> Vec<Fingerprint> {
        self.texts.clone()
    }

    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn shown(&self) -> Option<ClipboardHold> {
        (!self.texts.is_empty()).then(|| ClipboardHold {
            seconds: self.seconds,
            remaining: self
                .due
                .map(|due| due.saturating_duration_since(Instant::now())),
        })
    }
}
