//! The listening socket and its connections. Callers bind first, learn the port, then run until they say stop. It knows
//! nothing of paths.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use hyper::Request;
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use keystile_listener::{Connection, ConnectionLimits, ListenError, ListenOptions, Listener};
use keystile_verifier::Verifier;

use crate::admin::Admin;
use crate::alarm::Alarms;
use crate::error::Error;
use crate::hosts::Hosts;
use crate::metrics::Counted;
use crate::routes::{self, Shared};
use crate::settings::Settings;
use crate::wire::Wire;
use keystile_guard::Problem;

/// What hyper reads of a head before it gives up; smaller limits are ours.
const HEAD_BUFFER: usize = 64 * 1024;
/// How long open requests may take after stop was said.
const GRACE: Duration = Duration::from_secs(5);

/// A service that listens and does not answer yet.
pub struct Server {
    listener: Listener,
    address: SocketAddr,
    shared: Arc<Shared>,
    has_admin_token: bool,
}

/// Binds and runs until `shutdown` is done.
///
/// # Errors
/// As [`Server::bind`].
pub async fn serve(
    verifier: Verifier,
    settings: Settings,
    shutdown: impl Future<Output = ()>,
) -> Result<(), Error> {
    Server::bind(verifier, settings).await?.run(shutdown).await;
    Ok(())
}

impl Server {
    /// Listens. Connections wait until [`Server::run`].
    ///
    /// # Errors
    /// The settings would open the owner's answers to other machines, or the system refuses the address.
    pub async fn bind(verifier: Verifier, settings: Settings) -> Result<Self, Error> {
        settings.check()?;
        let failed = |cause| Error::Listen {
            address: settings.listen,
            cause,
        };
        let options = ListenOptions {
            // Already checked against the settings.
            allow_remote: true,
            ..ListenOptions::new(settings.listen)
        };
        let listener = Listener::bind(options).await.map_err(|error| {
            failed(match error {
                ListenError::Bind { cause, .. } => cause,
                other => std::io::Error::other(other),
            })
        })?;
        let address = listener.address().tcp().unwrap_or(settings.listen);
        let token = settings.admin_token.as_ref();
        let service = Self {
            listener,
            address,
            has_admin_token: token.is_some(),
            shared: Arc::new(Shared {
                verifier,
                hosts: Hosts::new(address, &settings.allowed_hosts)?,
                admin: Admin::new(token.map(|token| token.as_str())),
                trust: settings.trust,
                limits: settings.limits,
                counted: Counted::default(),
            }),
        };
        if let Some(warning) = service.warning() {
            tracing::warn!("{warning}");
        }
        Ok(service)
    }

    /// Where it listens, with the port that the system chose.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What whoever starts it should read first, if anything.
    pub fn warning(&self) -> Option<String> {
        if !self.address.ip().is_loopback() {
            return Some(format!(
                "{} can be reached from other machines, without encryption. Verify, introspect and metrics ask for the \
                 admin token; put TLS in front.",
                self.address
            ));
        }
        if self.has_admin_token {
            return None;
        }
        Some(format!(
            "Every program on this machine can ask {} about keys.",
            self.address
        ))
    }

    /// Answers until `shutdown` is done, then lets open requests end and writes down what was counted.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let shared = self.shared;
        let limits = ConnectionLimits {
            max_connections: shared.limits.connections,
            grace: GRACE,
        };
        let state = Arc::clone(&shared);
        self.listener
            .serve(limits, shutdown, move |connection| {
                state.counted.connection();
                converse(Arc::clone(&state), connection)
            })
            .await;
        // The verifier has logged a failure.
        let _written = shared.verifier.flush_usage().await;
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// What the requests of one connection have in common.
struct Conversation {
    shared: Arc<Shared>,
}

async fn converse(shared: Arc<Shared>, accepted: Connection) {
    let Connection {
        stream,
        stopping,
        // Held until the end.
        permit: _permit,
        ..
    } = accepted;
    let limits = shared.limits;
    // Counted for each request; were it what all connections share, the cores would wait for each other to count.
    let conversation = Arc::new(Conversation { shared });
    let respond = service_fn(move |request: Request<Incoming>| {
        let conversation = Arc::clone(&conversation);
        let is_whole = request.body().is_end_stream();
        let mut asked =
            Box::pin(async move { routes::answer(&conversation.shared, request).await });
        // Most questions without a body are answered at once, and are gone then. While one is there, hyper reads into new
        // memory. What has to wait is asked again by hyper, which then learns when to ask next.
        let first = if is_whole {
            asked.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        } else {
            Poll::Pending
        };
        let known = match first {
            Poll::Ready(answer) => Ok(answer),
            Poll::Pending => Err(asked),
        };
        async {
            Ok::<_, std::convert::Infallible>(match known {
                Ok(answer) => answer,
                Err(asked) => asked.await,
            })
        }
    });
    let mut connection = http1::Builder::new()
        .timer(Alarms::default())
        .header_read_timeout(limits.head)
        .max_buf_size(HEAD_BUFFER)
        .serve_connection(Wire::new(stream, limits.write), respond);
    let mut is_stopping = false;
    let ended = loop {
        tokio::select! {
            ended = &mut connection => break ended,
            () = stopping.cancelled(), if !is_stopping => {
                is_stopping = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    let parts = connection.into_parts();
    let last = match ended {
        Ok(()) => None,
        // An idle client has asked nothing and is told nothing.
        Err(error) if error.is_timeout() => (!parts.read_buf.is_empty()).then(Problem::timeout),
        Err(error) if error.is_parse() && parts.read_buf.starts_with(b"PRI ") => {
            Some(Problem::version())
        }
        // hyper has answered, or nobody is there to be answered.
        Err(_) => None,
    };
    parts.io.end(last).await;
}
