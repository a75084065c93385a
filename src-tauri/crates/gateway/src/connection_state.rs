//! The state of a client's connection, shared by its socket, its requests, and its idle monitor. It distinguishes an
//! idle connection from a slow head, and hyper's own error responses from those of the upstream.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};

/// The phase of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// Every response is complete, and nothing was received since.
    Idle = 0,
    /// A head is being received.
    Head = 1,
    /// A request is being handled.
    Response = 2,
    /// The response is complete but not entirely written.
    Flush = 3,
    /// The connection was upgraded.
    Tunnel = 4,
}

/// The state of one connection. Only uploads may end in another task than the connection's own, so relaxed ordering is
/// enough.
#[derive(Debug, Default)]
pub(crate) struct ConnectionState {
    phase: AtomicU8,
    /// The number of requests so far.
    requests: AtomicU32,
    is_blocked: AtomicBool,
    /// Bytes written. They distinguish a slow client from a blocked one.
    written: AtomicU64,
    /// The number of reads during uploads. Reads of a head do not count: a head that arrives byte by byte is slow.
    upload_reads: AtomicU64,
    /// The number of request bodies in transfer. There can be several: the upstream may respond before the body is
    /// complete.
    uploads: AtomicU32,
}

/// A request body in transfer. Until this is dropped, received bytes belong to the body and are no new request.
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

    /// Returns whether the last write is blocked by the client.
    pub(crate) fn is_blocked(&self) -> bool {
        self.is_blocked.load(Ordering::Relaxed)
    }

    pub(crate) fn is_uploading(&self) -> bool {
        self.uploads.load(Ordering::Relaxed) > 0
    }

    /// Records received bytes, or the end of the stream.
    pub(crate) fn on_bytes_read(&self) {
        if self.is_uploading() {
            self.upload_reads.fetch_add(1, Ordering::Relaxed);
        } else if self.phase() == Phase::Idle {
            self.enter(Phase::Head);
        }
    }

    /// Records a complete head.
    pub(crate) fn on_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.enter(Phase::Response);
    }

    /// Records an upgrade.
    pub(crate) fn on_upgrade(&self) {
        self.enter(Phase::Tunnel);
    }

    /// Records that hyper has read the complete response, or dropped it.
    pub(crate) fn on_response_done(&self) {
        if self.phase() == Phase::Response {
            self.enter(Phase::Flush);
        }
    }

    /// Records that all responses are written.
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

    pub(crate) fn on_bytes_written(&self, bytes: usize) {
        self.written.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn set_blocked(&self, is_blocked: bool) {
        self.is_blocked.store(is_blocked, Ordering::Relaxed);
    }
}
