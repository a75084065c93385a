//! Serves one client connection. An idle connection has no buffers (hyper would keep about 11 KiB); a connection with a
//! slow head or a client that does not read its response is closed.

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

/// How often an active connection is checked.
const CHECK_INTERVAL: Duration = Duration::from_millis(100);
/// Bytes of a head that hyper buffers.
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
    let mut buffered = Bytes::new();
    // Until its first request, a connection has the timeout of a head.
    let mut deadline = Some(tokio::time::Instant::now() + gateway.limits.head);
    loop {
        if buffered.is_empty() && !wait_readable(&stream, &stopping, &eviction, deadline).await {
            return;
        }
        let serve_active = boxed_serve_active(
            &gateway,
            stream,
            buffered,
            client,
            stopping.clone(),
            &permit,
        );
        match serve_active.await {
            Some(idle) => {
                (stream, buffered) = (idle.stream, idle.buffered);
                if idle.has_sent_requests {
                    deadline = None;
                }
            }
            None => return,
        }
    }
}

/// A connection without an open request.
struct IdleConnection {
    stream: Stream,
    /// Bytes that were read and not used.
    buffered: Bytes,
    has_sent_requests: bool,
}

/// Boxes the 6 KiB future of an active connection. A separate function, so that the future of an idle connection has no
/// space for it.
fn boxed_serve_active(
    gateway: &Arc<GatewayState>,
    stream: Stream,
    buffered: Bytes,
    client: std::net::IpAddr,
    stopping: CancellationToken,
    permit: &ConnectionPermit,
) -> Pin<Box<dyn Future<Output = Option<IdleConnection>> + Send>> {
    let gateway = Arc::clone(gateway);
    Box::pin(serve_active(
        gateway,
        stream,
        buffered,
        client,
        stopping,
        permit.clone(),
    ))
}

/// Waits until the client sends something. Returns false if the gateway stops, needs the connection's slot, or the
/// deadline passes first.
async fn wait_readable(
    stream: &Stream,
    stopping: &CancellationToken,
    eviction: &Notify,
    deadline: Option<tokio::time::Instant>,
) -> bool {
    let timeout = async {
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
        () = timeout => false,
    }
}

/// Serves requests until the connection is closed (`None`) or idle.
async fn serve_active(
    gateway: Arc<GatewayState>,
    stream: Stream,
    buffered: Bytes,
    client: std::net::IpAddr,
    stopping: CancellationToken,
    permit: ConnectionPermit,
) -> Option<IdleConnection> {
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
    let service = service_fn(move |request| {
        let context = Arc::clone(&context);
        context.connection.on_request();
        async move { Ok::<_, Infallible>(proxy::handle(context, request).await) }
    });
    let mut connection = http1::Builder::new()
        .max_buf_size(MAX_HEAD_BYTES)
        // Without it, hyper accepts a larger head that arrives in few reads.
        .max_header_size(MAX_HEAD_BYTES)
        .max_headers(MAX_HEADERS)
        .serve_connection(
            DownstreamIo::new(stream, buffered, Arc::clone(&state)),
            service,
        )
        .with_upgrades();
    let mut check = std::pin::pin!(tokio::time::sleep(monitor.interval));
    let mut is_stopping = false;
    let observation = loop {
        tokio::select! {
            biased;
            ended = &mut connection => break Observation::Ended(ended),
            () = &mut check => {
                match monitor.check(&state) {
                    Observation::Active => {}
                    // hyper closes it.
                    Observation::Idle if is_stopping => {}
                    observation => break observation,
                }
                check.as_mut().reset(tokio::time::Instant::now() + monitor.interval);
            }
            () = stopping.cancelled(), if !is_stopping => {
                is_stopping = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    // `None` if the connection was upgraded; the tunnel owns it.
    let parts = connection.into_parts()?;
    let last = match observation {
        Observation::Idle => {
            // An empty slice would keep the whole buffer allocated.
            let buffered = if parts.read_buf.is_empty() {
                Bytes::new()
            } else {
                parts.read_buf
            };
            return Some(IdleConnection {
                stream: parts.io.into_stream(),
                buffered,
                has_sent_requests: state.requests() > 0,
            });
        }
        Observation::SlowHead => Some(Problem::request_timeout()),
        Observation::Ended(Err(cause)) => {
            tracing::debug!(%cause, "downstream connection failed");
            let is_http2 = cause.is_parse() && parts.read_buf.starts_with(b"PRI ");
            is_http2.then(Problem::unsupported_http_version)
        }
        Observation::Ended(Ok(())) | Observation::Blocked | Observation::Active => None,
    };
    parts.io.close_with(last).await;
    None
}

/// The result of a check.
enum Observation {
    Active,
    /// Nothing was received between two checks, and nothing is left to send.
    Idle,
    SlowHead,
    /// The client does not read its response, or does not send the rest of a body after its response.
    Blocked,
    Ended(Result<(), hyper::Error>),
}

/// The activity of a connection at one time.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Activity {
    phase: Phase,
    requests: u32,
    is_blocked: bool,
    is_uploading: bool,
    upload_reads: u64,
    written: u64,
}

/// Checks a connection periodically.
struct IdleMonitor {
    limits: Limits,
    interval: Duration,
    /// The activity at the last check.
    last: Activity,
    /// How long the activity has not changed.
    unchanged: Duration,
}

impl IdleMonitor {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            interval: CHECK_INTERVAL.min(limits.head / 4),
            last: Activity {
                phase: Phase::Response,
                requests: 0,
                is_blocked: false,
                is_uploading: false,
                upload_reads: 0,
                written: 0,
            },
            unchanged: Duration::ZERO,
        }
    }

    fn check(&mut self, state: &ConnectionState) -> Observation {
        let activity = Activity {
            phase: state.phase(),
            requests: state.requests(),
            is_blocked: state.is_blocked(),
            is_uploading: state.is_uploading(),
            upload_reads: state.upload_reads(),
            written: state.written(),
        };
        if activity != self.last {
            self.last = activity;
            self.unchanged = Duration::ZERO;
            return Observation::Active;
        }
        self.unchanged += self.interval;
        match activity.phase {
            // The rest of a body must never be parsed as a new request. hyper was polled, and has seen the end of the
            // upload, between two checks.
            Phase::Idle if !activity.is_uploading => Observation::Idle,
            Phase::Head if self.unchanged >= self.limits.head => Observation::SlowHead,
            Phase::Idle if self.unchanged >= self.limits.response => Observation::Blocked,
            _ if activity.is_blocked && self.unchanged >= self.limits.response => {
                Observation::Blocked
            }
            _ => Observation::Active,
        }
    }
}
