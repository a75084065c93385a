//! Which keys the clipboard may hold, and when it is to be cleared. Copying fills it, closing the prompt starts the
//! countdown, clearing empties it. It keeps fingerprints only, so that nothing keeps the key.

use std::time::{Duration, Instant};

use crate::clipboard::Fingerprint;

/// What a window shows of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClipboardState {
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
    /// Counts what was added, so that a clearing that took its time forgets nothing it did not see.
    added: u64,
}

impl Held {
    /// Something is about to be put there. A countdown that runs goes on: the clipboard may refuse.
    pub(crate) fn add(&mut self, text: Fingerprint, seconds: Option<u32>) {
        self.texts.push(text);
        self.added += 1;
        self.seconds = seconds;
    }

    /// The clipboard took it: what counts down from now on is the new text, not the one before.
    pub(crate) fn stop_countdown(&mut self) {
        self.due = None;
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

    pub(crate) fn added(&self) -> u64 {
        self.added
    }

    /// Nothing of ours is there any more, unless something was added since `added` was read.
    pub(crate) fn forget(&mut self, added: u64) {
        if self.added == added {
            self.texts.clear();
            self.due = None;
            self.seconds = None;
        }
    }

    pub(crate) fn shown(&self) -> Option<ClipboardState> {
        (!self.texts.is_empty()).then(|| ClipboardState {
            seconds: self.seconds,
            remaining: self
                .due
                .map(|due| due.saturating_duration_since(Instant::now())),
        })
    }
}
