//! The listening socket and its connections. Bind it, learn its port, then run it until shutdown.

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use axum::Router;
use http_body_util::Either;
use hyper::body::{Body, Incoming};
use hyper::header::{CONNECTION, HeaderValue, TRANSFER_ENCODING};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use keystile_guard::{DecisionCode, Problem, Rejection};
use keystile_listener::{Connection, ConnectionLimits, ListenAddress, Listener};
use keystile_verifier::Verifier;

use crate::access_log::{self, LoggedDecision};
use crate::admin::Admin;
use crate::alarm::Alarms;
use crate::allowed_hosts::AllowedHosts;
use crate::error::Error;
use crate::metrics::{HttpMetrics, RouteLabel};
use crate::routes::{self, ResponseBody};
use crate::settings::Settings;
use crate::state::SharedState;
use crate::wire::Wire;

/// What hyper reads of a head before it gives up; smaller limits are ours.
const HEAD_BUFFER: usize = 64 * 1024;
/// How long open requests may take after stop was said.
const GRACE: Duration = Duration::from_secs(5);

/// A service that listens and does not answer yet.
pub struct Server {
    listener: Listener,
    handler: Handler,
    has_admin_token: bool,
}

/// What answers requests. Cloning is cheap.
#[derive(Clone)]
struct Handler {
    state: Arc<SharedState>,
    router: Router,
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
        let listener = Listener::bind(settings.listen).await?;
        let hosts = AllowedHosts::new(listener.address(), &settings.allowed_hosts)?;
        let token = settings.admin_token.as_ref();
        let state = Arc::new(SharedState {
            verifier,
            hosts,
            admin: Admin::new(token.map(|token| token.as_str())),
            default_proxy: settings.default_proxy,
            limits: settings.limits,
            metrics: HttpMetrics::default(),
            access_log: settings.access_log,
        });
        let server = Self {
            listener,
            has_admin_token: token.is_some(),
            handler: Handler {
                router: routes::build(Arc::clone(&state)),
                state,
            },
        };
        if let Some(warning) = server.warning() {
            tracing::warn!("{warning}");
        }
        Ok(server)
    }

    /// Where it listens, with the port that the system chose.
    pub fn address(&self) -> &ListenAddress {
        self.listener.address()
    }

    /// Whether clients connect with TLS.
    pub fn is_tls(&self) -> bool {
        self.listener.is_tls()
    }

    /// What the owner should read before clients connect, if anything.
    pub fn warning(&self) -> Option<String> {
        let address = self.address();
        if self.listener.is_exposed_in_clear() {
            return Some(format!(
                "{address} can be reached from other machines, without encryption. Use TLS, or put a proxy with TLS in front."
            ));
        }
        if self.has_admin_token || address.tcp().is_none() {
            return None;
        }
        Some(format!(
            "Every program on this machine can ask {address} about keys."
        ))
    }

    /// Answers until `shutdown` is done, then lets open requests end and writes down what was counted.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let state = Arc::clone(&self.handler.state);
        let limits = ConnectionLimits {
            max_connections: state.limits.connections,
            grace: GRACE,
        };
        let handler = self.handler;
        self.listener
            .serve(limits, shutdown, move |connection| {
                handler.state.metrics.connection();
                serve_connection(handler.clone(), connection)
            })
            .await;
        // The verifier has logged a failure.
        let _written = state.verifier.flush_usage().await;
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("address", self.address())
            .finish_non_exhaustive()
    }
}

/// The connection over which requests come. Counted for each request: were the state that all connections share counted, the
/// cores would wait for each other.
struct ConnectionContext {
    handler: Handler,
    client: IpAddr,
}

impl ConnectionContext {
    async fn respond(&self, request: Request<Incoming>) -> Response<ResponseBody> {
        let state = &self.handler.state;
        let start = Instant::now();
        let mut pending = state
            .access_log
            .as_ref()
            .map(|log| access_log::pending_entry(log, start, self.client, &request));
        let route = RouteLabel::of_path(request.uri().path());
        let has_chunks = request.headers().contains_key(TRANSFER_ENCODING);
        let mut response = self.answer(request, pending.is_some()).await;
        if has_chunks {
            // The request may have had a Content-Length too, which hyper has dropped: no other may follow (RFC 9112,
            // section 6.3).
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        state.metrics.request(route, start.elapsed());
        if let Some(pending) = &mut pending {
            access_log::respond(pending, &response);
        }
        response
    }

    async fn answer(&self, request: Request<Incoming>, is_logged: bool) -> Response<ResponseBody> {
        let state = &self.handler.state;
        if let Err(problem) = routes::check(state, &request) {
            return problem.into_response().map(Either::Left);
        }
        let (mut response, code, key) = match routes::forward_auth(state, &request).await {
            // Boxed, so that the future of a forward-auth check stays small.
            None => return Box::pin(routes::other(self.handler.router.clone(), request)).await,
            Some(Ok(allowed)) => (allowed.response, DecisionCode::Accepted, Some(allowed.key)),
            Some(Err(rejection)) => {
                let Rejection { problem, code, key } = rejection;
                (problem.into_response(), code, key)
            }
        };
        if is_logged {
            response
                .extensions_mut()
                .insert(LoggedDecision { code, key });
        }
        response.map(Either::Left)
    }
}

async fn serve_connection(handler: Handler, accepted: Connection) {
    let Connection {
        stream,
        client,
        stopping,
        // Held until the end.
        permit: _permit,
        ..
    } = accepted;
    let limits = handler.state.limits;
    let context = Arc::new(ConnectionContext { handler, client });
    let respond = service_fn(move |request: Request<Incoming>| {
        let context = Arc::clone(&context);
        let is_whole = request.body().is_end_stream();
        let mut response = Box::pin(async move { context.respond(request).await });
        // Most requests without a body are answered at once, and are gone then. While one is there, hyper reads into new
        // memory. What has to wait is polled again by hyper, which then learns when to poll next.
        let first = if is_whole {
            response
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
        } else {
            Poll::Pending
        };
        let known = match first {
            Poll::Ready(known) => Ok(known),
            Poll::Pending => Err(response),
        };
        async {
            Ok::<_, std::convert::Infallible>(match known {
                Ok(response) => response,
                Err(response) => response.await,
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
