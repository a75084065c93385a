//! Whose turn it is on one connection of a caller. The connection's socket, its requests and its watchman share it, so that
//! an idle connection is told from a slow head, and hyper's own refusals from an API's answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};

/// What a connection is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// Everything is answered and nothing was said since.
    Idle = 0,
    /// A head has begun.
    Head = 1,
    /// A request is being answered.
    Answer = 2,
    /// The answer is whole, but not all of it was written.
    End = 3,
    /// It has left HTTP.
    Tunnel = 4,
}

/// Nearly all of it happens in the connection's own task, so no order between the fields is needed; an upload may end in
/// another, and is then noticed at the next look.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    phase: AtomicU8,
    /// Requests so far: between two looks at the same number nothing began.
    requests: AtomicU32,
    is_blocked: AtomicBool,
    /// Bytes that the client has taken: a slow client is not one that takes nothing.
    written: AtomicU64,
    /// Whether a request's body is still on its way to the API, which may have answered before it was whole.
    is_uploading: AtomicBool,
}

/// A body on its way to the API: until this is dropped, what the caller says belongs to it and begins nothing new.
pub(crate) struct Upload(Arc<Turn>);

impl Upload {
    pub(crate) fn begin(turn: &Arc<Turn>) -> Self {
        turn.is_uploading.store(true, Ordering::Relaxed);
        Self(Arc::clone(turn))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.0.is_uploading.store(false, Ordering::Relaxed);
    }
}

impl Turn {
    pub(crate) fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Relaxed) {
            0 => Phase::Idle,
            1 => Phase::Head,
            2 => Phase::Answer,
            3 => Phase::End,
            _ => Phase::Tunnel,
        }
    }

    fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    pub(crate) fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Whether the caller takes nothing at the moment.
    pub(crate) fn is_blocked(&self) -> bool {
        self.is_blocked.load(Ordering::Relaxed)
    }

    pub(crate) fn is_uploading(&self) -> bool {
        self.is_uploading.load(Ordering::Relaxed)
    }

    /// Bytes came.
    pub(crate) fn heard(&self) {
        if self.phase() == Phase::Idle && !self.is_uploading() {
            self.enter(Phase::Head);
        }
    }

    /// A head is whole.
    pub(crate) fn began(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.enter(Phase::Answer);
    }

    /// The connection goes over to something else.
    pub(crate) fn left(&self) {
        self.enter(Phase::Tunnel);
    }

    /// hyper has taken the whole answer, or given it up.
    pub(crate) fn told(&self) {
        if self.phase() == Phase::Answer {
            self.enter(Phase::End);
        }
    }

    /// All that was to be written is.
    pub(crate) fn flushed(&self) {
        if self.phase() == Phase::End {
            self.enter(Phase::Idle);
        }
    }

    pub(crate) fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    pub(crate) fn wrote(&self, bytes: usize) {
        self.written.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn blocked(&self, is_blocked: bool) {
        self.is_blocked.store(is_blocked, Ordering::Relaxed);
    }
}
