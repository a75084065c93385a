//! The server: binds the socket and serves connections until shutdown.

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

use crate::access_log::{self, CheckRequest, LoggedDecision};
use crate::admin::Admin;
use crate::allowed_hosts::AllowedHosts;
use crate::connection_failure::ConnectionFailure;
use crate::error::Error;
use crate::header_timer::HeaderTimer;
use crate::io::DownstreamIo;
use crate::metrics::{HttpMetrics, RouteLabel};
use crate::misconfiguration::LoggedPaths;
use crate::routes::{self, ResponseBody};
use crate::settings::Settings;
use crate::state::SharedState;

/// Bytes of a head that hyper buffers. The service enforces lower limits itself (`routes.rs`).
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// How long open requests may take after shutdown began.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// A bound server. Connections wait until [`Server::run`].
pub struct Server {
    listener: Listener,
    handler: Handler,
    has_admin_token: bool,
}

/// The request handler. Cloning is cheap.
#[derive(Clone)]
struct Handler {
    state: Arc<SharedState>,
    router: Router,
    has_further_routes: bool,
}

/// Binds a server and runs it until `shutdown` resolves.
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
    /// Binds the socket.
    ///
    /// # Errors
    /// Invalid settings, or the system rejects the address.
    pub async fn bind(verifier: Verifier, settings: Settings) -> Result<Self, Error> {
        settings.check()?;
        let listener = Listener::bind(settings.listen).await?;
        let hosts = AllowedHosts::new(listener.address(), &settings.allowed_hosts)?;
        let has_admin_token = settings.admin_tokens.is_some();
        let has_further_routes = settings.routes.is_some();
        let (router, document) = routes::with_document(settings.routes);
        let state = Arc::new(SharedState {
            verifier,
            hosts,
            admin: Admin::new(settings.admin_tokens),
            document,
            default_proxy: settings.default_proxy,
            limits: settings.limits,
            metrics: HttpMetrics::default(),
            access_log: settings.access_log,
            activity: settings.activity,
            misconfigured_paths: LoggedPaths::default(),
        });
        let server = Self {
            listener,
            has_admin_token,
            handler: Handler {
                router: router.build(Arc::clone(&state)),
                state,
                has_further_routes,
            },
        };
        if let Some(warning) = server.warning() {
            tracing::warn!("{warning}");
        }
        Ok(server)
    }

    /// Returns the address, with the port that the system chose.
    pub fn address(&self) -> &ListenAddress {
        self.listener.address()
    }

    /// Returns whether clients connect with TLS.
    pub fn is_tls(&self) -> bool {
        self.listener.is_tls()
    }

    /// Returns a warning about the address and the admin token, if there is one.
    pub fn warning(&self) -> Option<String> {
        let address = self.address();
        if self.listener.is_exposed_in_clear() {
            return Some(format!(
                "{address} accepts unencrypted connections from other machines. Use TLS, or a proxy with TLS in front."
            ));
        }
        if self.has_admin_token || address.tcp().is_none() {
            return None;
        }
        Some(format!(
            "Any local program can query {address}. To prevent that, pass --admin-token-file or --socket."
        ))
    }

    /// Serves requests until `shutdown` resolves, then finishes open requests and writes usage counts and request log.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let state = Arc::clone(&self.handler.state);
        let limits = ConnectionLimits {
            max_connections: state.limits.connections,
            grace: SHUTDOWN_TIMEOUT,
        };
        let handler = self.handler;
        self.listener
            .serve(limits, shutdown, move |connection| {
                handler.state.metrics.connection();
                serve_connection(handler.clone(), connection)
            })
            .await;
        // The verifier logs a failure.
        let _written = state.verifier.flush().await;
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("address", self.address())
            .finish_non_exhaustive()
    }
}

/// The connection of a request. Requests hold a reference to it instead of the shared state, whose reference count
/// would be contended between cores.
struct ConnectionContext {
    handler: Handler,
    client: IpAddr,
    /// For the handlers of further routes.
    failure: Option<ConnectionFailure>,
}

impl ConnectionContext {
    /// Handles a request, and records it in metrics and access log.
    async fn handle(&self, request: Request<Incoming>) -> Response<ResponseBody> {
        let state = &self.handler.state;
        let start = Instant::now();
        let mut pending = state
            .access_log
            .as_ref()
            .map(|log| access_log::pending_entry(log, start, self.client, &request));
        let route = RouteLabel::from_path(request.uri().path());
        let is_chunked = request.headers().contains_key(TRANSFER_ENCODING);
        let (mut response, decision) = self.route(request, start).await;
        if is_chunked {
            // hyper drops a Content-Length beside it. No other request may follow on this connection (RFC 9112, section
            // 6.3).
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        state.metrics.request(route, start.elapsed());
        if let Some(pending) = &mut pending {
            access_log::add_response(pending, response.status(), decision.as_ref());
        }
        response
    }

    async fn route(
        &self,
        request: Request<Incoming>,
        start: Instant,
    ) -> (Response<ResponseBody>, Option<LoggedDecision>) {
        let state = &self.handler.state;
        if let Err(problem) = routes::check_request(state, &request) {
            return (problem.into_response().map(Either::Left), None);
        }
        let (response, code, key) = match routes::forward_auth(state, &request, start).await {
            // Boxed, so that the future of a forward-auth request stays small.
            None => return Box::pin(self.route_other(request, start)).await,
            Some(Ok(allowed)) => (allowed.response, DecisionCode::Allowed, Some(allowed.key)),
            Some(Err(rejection)) => {
                let Rejection { problem, code, key } = rejection;
                (problem.into_response(), code, key)
            }
        };
        let decision = LoggedDecision {
            code,
            key,
            checked: None,
        };
        (response.map(Either::Left), Some(decision))
    }

    /// Routes a request for a path other than forward-auth.
    async fn route_other(
        &self,
        mut request: Request<Incoming>,
        start: Instant,
    ) -> (Response<ResponseBody>, Option<LoggedDecision>) {
        let SharedState {
            verifier, activity, ..
        } = &*self.handler.state;
        let check = verifier.logs_requests().then(|| CheckRequest {
            uri: request.uri().clone(),
            client: self.client,
            start,
        });
        if let Some(failure) = &self.failure {
            request.extensions_mut().insert(failure.clone());
        }
        let mut response = routes::route(self.handler.router.clone(), request).await;
        let decision = response.extensions_mut().remove::<LoggedDecision>();
        let checked = decision.as_ref().and_then(|decision| decision.checked);
        if let (Some(activity), Some(checked)) = (activity, checked) {
            activity.record(checked.environment);
        }
        if let (Some(check), Some(decision)) = (check, &decision) {
            check.log(verifier, response.status(), decision);
        }
        (response, decision)
    }
}

async fn serve_connection(handler: Handler, accepted: Connection) {
    let Connection {
        stream,
        client,
        stopping,
        // Held until the connection is closed.
        permit: _permit,
        ..
    } = accepted;
    let limits = handler.state.limits;
    let failure = handler.has_further_routes.then(ConnectionFailure::default);
    let context = Arc::new(ConnectionContext {
        handler,
        client,
        failure: failure.clone(),
    });
    let service = service_fn(move |request: Request<Incoming>| {
        let context = Arc::clone(&context);
        let has_body = !request.body().is_end_stream();
        let mut response = Box::pin(async move { context.handle(request).await });
        // Most requests without a body are handled in one poll. Doing that here drops the request early, and hyper
        // reuses its read buffer. A request that has to wait is polled again by hyper, with its own waker.
        let first = if has_body {
            Poll::Pending
        } else {
            response
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
        };
        let first = match first {
            Poll::Ready(response) => Ok(response),
            Poll::Pending => Err(response),
        };
        async {
            Ok::<_, std::convert::Infallible>(match first {
                Ok(response) => response,
                Err(response) => response.await,
            })
        }
    });
    let mut connection = http1::Builder::new()
        .timer(HeaderTimer::default())
        .header_read_timeout(limits.head)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(DownstreamIo::new(stream, limits.write), service);
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
    // hyper reports a client that disconnects before its response, but no failure between two requests.
    let is_incomplete = ended
        .as_ref()
        .is_err_and(hyper::Error::is_incomplete_message);
    if let Some(failure) = failure
        && (is_incomplete || parts.io.has_failed())
    {
        failure.report();
    }
    let last = match ended {
        Ok(()) => None,
        // An idle client has sent no request and gets no response.
        Err(error) if error.is_timeout() => {
            (!parts.read_buf.is_empty()).then(Problem::request_timeout)
        }
        Err(error) if error.is_parse() && parts.read_buf.starts_with(b"PRI ") => {
            Some(Problem::unsupported_http_version())
        }
        // hyper has responded, or the client has disconnected.
        Err(_) => None,
    };
    parts.io.close_with(last).await;
}
