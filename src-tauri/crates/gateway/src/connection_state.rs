//! What a connection of a client is doing. Its socket, its requests and its idle monitor share it, so that an idle connection
//! is told apart from a slow head, and hyper's own error responses from those of the API.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// Every request was answered, and nothing was received since.
    Idle = 0,
    /// A head has begun to arrive.
    Head = 1,
    /// A request is being answered.
    Response = 2,
    /// The response is complete, but not all of it was written.
    Flush = 3,
    /// It was upgraded.
    Tunnel = 4,
}

/// The state of one connection. Nearly all changes happen in the connection's own task, so no order between the fields is
/// needed; an upload may end in another one, and is then noticed at the next look.
#[derive(Debug, Default)]
pub(crate) struct ConnectionState {
    phase: AtomicU8,
    /// Requests so far.
    requests: AtomicU32,
    is_blocked: AtomicBool,
    /// Bytes that the client has taken: a slow client is not a blocked one.
    written: AtomicU64,
    /// How often bytes were received during an upload. Those of a head do not count: one that comes byte by byte is slow.
    upload_reads: AtomicU64,
    /// Request bodies that are still on their way to the API. It may have answered before one was complete, so that the next
    /// request has begun.
    uploads: AtomicU32,
}

/// A request body on its way to the API: until this is dropped, what the client sends belongs to it and is no new request.
pub(crate) struct Upload(Arc<ConnectionState>);

impl Upload {
    pub(crate) fn begin(connection: &Arc<ConnectionState>) -> Self {
        connection.uploads.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(connection))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.0.uploads.fetch_sub(1, Ordering::Relaxed);
    }
}

impl ConnectionState {
    pub(crate) fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Relaxed) {
            0 => Phase::Idle,
            1 => Phase::Head,
            2 => Phase::Response,
            3 => Phase::Flush,
            _ => Phase::Tunnel,
        }
    }

    fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    pub(crate) fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Whether the client reads nothing at the moment.
    pub(crate) fn is_blocked(&self) -> bool {
        self.is_blocked.load(Ordering::Relaxed)
    }

    pub(crate) fn is_uploading(&self) -> bool {
        self.uploads.load(Ordering::Relaxed) > 0
    }

    /// Bytes were received.
    pub(crate) fn on_bytes_read(&self) {
        if self.is_uploading() {
            self.upload_reads.fetch_add(1, Ordering::Relaxed);
        } else if self.phase() == Phase::Idle {
            self.enter(Phase::Head);
        }
    }

    /// A head is complete.
    pub(crate) fn on_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.enter(Phase::Response);
    }

    /// The connection was upgraded.
    pub(crate) fn on_upgrade(&self) {
        self.enter(Phase::Tunnel);
    }

    /// hyper has taken the whole response, or given it up.
    pub(crate) fn on_response_done(&self) {
        if self.phase() == Phase::Response {
            self.enter(Phase::Flush);
        }
    }

    /// Everything was written.
    pub(crate) fn on_flush(&self) {
        if self.phase() == Phase::Flush {
            self.enter(Phase::Idle);
        }
    }

    pub(crate) fn upload_reads(&self) -> u64 {
        self.upload_reads.load(Ordering::Relaxed)
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
