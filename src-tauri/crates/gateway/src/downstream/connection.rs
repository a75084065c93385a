//! One connection of a client from its first byte to its last. While it is idle it keeps its socket and no buffer; it is
//! closed when a head is slow, or when the client reads nothing of its response. hyper alone would keep about 11 KiB for each
//! idle connection, and answers a malformed head without a body.

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

use super::io::DownstreamIo;
use crate::connection_state::{ConnectionState, Phase};
use crate::context::ConnectionContext;
use crate::proxy;
use crate::request::RequestSlot;
use crate::settings::Limits;
use crate::state::GatewayState;

/// How often a connection is looked at.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);
/// What hyper reads of a head before it gives up.
const MAX_HEAD_BYTES: usize = 64 * 1024;
const MAX_HEADERS: usize = 100;

/// Serves a connection until it is closed.
pub(crate) async fn serve(gateway: Arc<GatewayState>, accepted: Connection) {
    let Connection {
        mut stream,
        client,
        stopping,
        eviction,
        permit,
    } = accepted;
    let mut early = Bytes::new();
    // A connection that has sent no request yet has no longer than one that has begun a head.
    let mut deadline = Some(tokio::time::Instant::now() + gateway.limits.head);
    loop {
        if early.is_empty() && !wait_readable(&stream, &stopping, &eviction, deadline).await {
            return;
        }
        let serve_active =
            boxed_serve_active(&gateway, stream, early, client, stopping.clone(), &permit);
        match serve_active.await {
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

/// A connection without a request.
struct Idle {
    stream: Stream,
    /// What was read of it and not used.
    early: Bytes,
    has_sent_requests: bool,
}

/// Boxes what an active connection needs, 6 KiB. In a function of its own, because an `async` one would keep room for it
/// while the connection is idle.
fn boxed_serve_active(
    gateway: &Arc<GatewayState>,
    stream: Stream,
    early: Bytes,
    client: std::net::IpAddr,
    stopping: CancellationToken,
    permit: &ConnectionPermit,
) -> Pin<Box<dyn Future<Output = Option<Idle>> + Send>> {
    let gateway = Arc::clone(gateway);
    Box::pin(serve_active(
        gateway,
        stream,
        early,
        client,
        stopping,
        permit.clone(),
    ))
}

/// Returns whether the client sends anything before the gateway stops, needs the place, or the deadline has come.
async fn wait_readable(
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

/// Serves requests until the connection is closed, or idle.
async fn serve_active(
    gateway: Arc<GatewayState>,
    stream: Stream,
    early: Bytes,
    client: std::net::IpAddr,
    stopping: CancellationToken,
    permit: ConnectionPermit,
) -> Option<Idle> {
    let state = Arc::new(ConnectionState::default());
    let slot = Arc::new(RequestSlot::default());
    gateway.add_connection(&slot);
    let mut monitor = IdleMonitor::new(gateway.limits);
    let context = Arc::new(ConnectionContext {
        gateway,
        client,
        is_tls: stream.is_tls(),
        connection: Arc::clone(&state),
        request: slot,
        stopping: stopping.clone(),
        _permit: permit,
    });
    let respond = service_fn(move |request| {
        let context = Arc::clone(&context);
        context.connection.on_request();
        async move { Ok::<_, Infallible>(proxy::handle(context, request).await) }
    });
    let mut connection = http1::Builder::new()
        .max_buf_size(MAX_HEAD_BYTES)
        // Without it, a larger head passes when it comes in few enough pieces.
        .max_header_size(MAX_HEAD_BYTES)
        .max_headers(MAX_HEADERS)
        .serve_connection(
            DownstreamIo::new(stream, early, Arc::clone(&state)),
            respond,
        )
        .with_upgrades();
    let mut look = std::pin::pin!(tokio::time::sleep(monitor.pause));
    let mut is_stopping = false;
    let observation = loop {
        tokio::select! {
            biased;
            ended = &mut connection => break Observation::Ended(ended),
            () = &mut look => {
                match monitor.look(&state) {
                    Observation::Active => {}
                    // It ends by itself.
                    Observation::Idle if is_stopping => {}
                    observation => break observation,
                }
                look.as_mut().reset(tokio::time::Instant::now() + monitor.pause);
            }
            () = stopping.cancelled(), if !is_stopping => {
                is_stopping = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    // None: it was upgraded, and a tunnel has it.
    let parts = connection.into_parts()?;
    let last = match observation {
        Observation::Idle => {
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
                has_sent_requests: state.requests() > 0,
            });
        }
        Observation::SlowHead => Some(Problem::timeout()),
        Observation::Ended(Err(cause)) => {
            tracing::debug!(%cause, "a connection ended early");
            let is_http2 = cause.is_parse() && parts.read_buf.starts_with(b"PRI ");
            is_http2.then(Problem::version)
        }
        Observation::Ended(Ok(())) | Observation::Blocked | Observation::Active => None,
    };
    parts.io.close_with(last).await;
    None
}

/// What a look at a connection found.
enum Observation {
    Active,
    /// Nothing was received between two looks, and nothing is to be sent.
    Idle,
    SlowHead,
    /// The client reads nothing of its response, or sends nothing of a body whose response it has.
    Blocked,
    Ended(Result<(), hyper::Error>),
}

/// What a connection was doing at one time.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    phase: Phase,
    requests: u32,
    is_blocked: bool,
    is_uploading: bool,
    upload_reads: u64,
    written: u64,
}

/// Looks at a connection again and again, and compares.
struct IdleMonitor {
    limits: Limits,
    pause: Duration,
    /// What it was doing at the last look.
    before: Look,
    /// How long it has been the same.
    since: Duration,
}

impl IdleMonitor {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            pause: LOOK_INTERVAL.min(limits.head / 4),
            before: Look {
                phase: Phase::Response,
                requests: 0,
                is_blocked: false,
                is_uploading: false,
                upload_reads: 0,
                written: 0,
            },
            since: Duration::ZERO,
        }
    }

    fn look(&mut self, state: &ConnectionState) -> Observation {
        let now = Look {
            phase: state.phase(),
            requests: state.requests(),
            is_blocked: state.is_blocked(),
            is_uploading: state.is_uploading(),
            upload_reads: state.upload_reads(),
            written: state.written(),
        };
        if now != self.before {
            self.before = now;
            self.since = Duration::ZERO;
            return Observation::Active;
        }
        self.since += self.pause;
        match now.phase {
            // The rest of a body must never be read as a new request. hyper has seen the end of the upload only when it was
            // polled since, which happens between two looks.
            Phase::Idle if !now.is_uploading => Observation::Idle,
            Phase::Head if self.since >= self.limits.head => Observation::SlowHead,
            Phase::Idle if self.since >= self.limits.response => Observation::Blocked,
            _ if now.is_blocked && self.since >= self.limits.response => Observation::Blocked,
            _ => Observation::Active,
        }
    }
}
