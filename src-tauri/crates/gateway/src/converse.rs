//! One connection of a caller from its first byte to its last. One that is idle keeps its socket and nothing else, for as
//! long as it likes; one that is slow with a head, or takes nothing of its answer, is ended. It knows nothing of what is
//! asked.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use keystile_guard::Problem;
use keystile_listener::{Connection, ConnectionPermit, Stream};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::exchange::{self, Caller};
use crate::gateway::Shared;
use crate::settings::Limits;
use crate::turn::{Phase, Turn};
use crate::wire::Wire;

/// How often a connection is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// What hyper reads of a head before it gives up.
const LARGEST_HEAD: usize = 64 * 1024;
const MOST_HEADERS: usize = 100;

/// Answers what comes until the connection ends.
pub(crate) async fn converse(shared: Arc<Shared>, accepted: Connection) {
    let Connection {
        mut stream,
        client,
        stopping,
        eviction,
        permit,
    } = accepted;
    let mut early = Bytes::new();
    // A connection that has sent no request yet has no longer than one that has begun a head.
    let mut deadline = Some(tokio::time::Instant::now() + shared.limits.head);
    loop {
        if early.is_empty() && !speaks(&stream, &stopping, &eviction, deadline).await {
            return;
        }
        let talk = on_the_heap(&shared, stream, early, client, stopping.clone(), &permit);
        match talk.await {
            Some(idle) => {
                (stream, early) = (idle.stream, idle.early);
                if idle.has_sent_requests {
                    deadline = None;
                }
            }
            None => return,
        }
    }
}

/// A connection that can be put aside.
struct Idle {
    stream: Stream,
    /// What was read of it and not used.
    early: Bytes,
    has_sent_requests: bool,
}

/// What talks needs 6 KiB. In a function of its own, because an `async` one would keep room for it also while nothing is
/// said.
fn on_the_heap(
    shared: &Arc<Shared>,
    stream: Stream,
    early: Bytes,
    client: std::net::IpAddr,
    stopping: CancellationToken,
    permit: &ConnectionPermit,
) -> Pin<Box<dyn Future<Output = Option<Idle>> + Send>> {
    let shared = Arc::clone(shared);
    Box::pin(talk(
        shared,
        stream,
        early,
        client,
        stopping,
        permit.clone(),
    ))
}

/// Whether the client sends anything before the gateway stops, needs the place, or the deadline has come.
async fn speaks(
    stream: &Stream,
    stopping: &CancellationToken,
    eviction: &Notify,
    deadline: Option<tokio::time::Instant>,
) -> bool {
    let late = async {
        match deadline {
            Some(deadline) => tokio::time::sleep_until(deadline).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        biased;
        ready = stream.readable() => ready.is_ok(),
        () = stopping.cancelled() => false,
        () = eviction.notified() => false,
        () = late => false,
    }
}

/// Answers until the connection ends, or is idle and can be put aside.
async fn talk(
    shared: Arc<Shared>,
    stream: Stream,
    early: Bytes,
    client: std::net::IpAddr,
    stopping: CancellationToken,
    permit: ConnectionPermit,
) -> Option<Idle> {
    let turn = Arc::new(Turn::default());
    let mut watchman = Watchman::new(shared.limits);
    let caller = Arc::new(Caller {
        shared,
        client,
        is_tls: stream.is_tls(),
        turn: Arc::clone(&turn),
        stopping: stopping.clone(),
        permit,
    });
    let respond = service_fn(move |request| {
        let caller = Arc::clone(&caller);
        caller.turn.began();
        async move { Ok::<_, Infallible>(exchange::answer(caller, request).await) }
    });
    let mut connection = http1::Builder::new()
        .max_buf_size(LARGEST_HEAD)
        // Without it, a larger head passes when it comes in few enough pieces.
        .max_header_size(LARGEST_HEAD)
        .max_headers(MOST_HEADERS)
        .serve_connection(Wire::new(stream, early, Arc::clone(&turn)), respond)
        .with_upgrades();
    let mut look = std::pin::pin!(tokio::time::sleep(watchman.pause));
    let mut is_stopping = false;
    let seen = loop {
        tokio::select! {
            biased;
            ended = &mut connection => break Seen::Ended(ended),
            () = &mut look => {
                match watchman.look(&turn) {
                    Seen::Well => {}
                    // It ends by itself.
                    Seen::Idle if is_stopping => {}
                    seen => break seen,
                }
                look.as_mut().reset(tokio::time::Instant::now() + watchman.pause);
            }
            () = stopping.cancelled(), if !is_stopping => {
                is_stopping = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    // None: it was upgraded, and a tunnel has it.
    let parts = connection.into_parts()?;
    let last = match seen {
        Seen::Idle => {
            // Also an empty part of a buffer keeps all of it.
            let is_used_up = parts.read_buf.is_empty();
            let early = if is_used_up {
                Bytes::new()
            } else {
                parts.read_buf
            };
            return Some(Idle {
                stream: parts.io.into_stream(),
                early,
                has_sent_requests: turn.requests() > 0,
            });
        }
        Seen::SlowHead => Some(Problem::timeout()),
        Seen::Ended(Err(cause)) => {
            tracing::debug!(%cause, "a connection ended early");
            let is_http2 = cause.is_parse() && parts.read_buf.starts_with(b"PRI ");
            is_http2.then(Problem::version)
        }
        Seen::Ended(Ok(())) | Seen::Blocked | Seen::Well => None,
    };
    parts.io.end(last).await;
    None
}

/// What a look at a connection found.
enum Seen {
    Well,
    /// Nothing was said between two looks, and nothing is to be said.
    Idle,
    SlowHead,
    /// The caller takes nothing of its answer.
    Blocked,
    Ended(Result<(), hyper::Error>),
}

/// Looks at a connection again and again, and compares.
struct Watchman {
    limits: Limits,
    pause: Duration,
    /// What it was at before: in which phase, after how many requests, whether the client takes nothing, and how many bytes
    /// it has taken.
    before: (Phase, u32, bool, u64),
    /// How long it has been the same.
    since: Duration,
}

impl Watchman {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            pause: LOOK.min(limits.head / 4),
            before: (Phase::Answer, 0, false, 0),
            since: Duration::ZERO,
        }
    }

    fn look(&mut self, turn: &Turn) -> Seen {
        let now = (
            turn.phase(),
            turn.requests(),
            turn.is_blocked(),
            turn.written(),
        );
        if now != self.before {
            self.before = now;
            self.since = Duration::ZERO;
            return Seen::Well;
        }
        self.since += self.pause;
        match now {
            // The rest of a body must never be read as a new request.
            (Phase::Idle, ..) if turn.is_uploading() => Seen::Well,
            (Phase::Idle, ..) => Seen::Idle,
            (Phase::Head, ..) if self.since >= self.limits.head => Seen::SlowHead,
            (_, _, true, _) if self.since >= self.limits.answer => Seen::Blocked,
            _ => Seen::Well,
        }
    }
}
