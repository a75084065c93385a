//! Handles one request: authorizes it, forwards it, and returns the response of the upstream. The first failure becomes
//! the response.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::{Body, Incoming};
use hyper::header::{HOST, HeaderValue, TRANSFER_ENCODING};
use hyper::http::uri::PathAndQuery;
use hyper::upgrade::OnUpgrade;
use hyper::{Request, Response, StatusCode};
use keystile_guard::{DecisionCode, Problem, Rejection, redact_path, sunset_header};
use keystile_log::PendingEntry;
use keystile_verifier::KeyInfo;

use super::authorize::{Authorization, authorize};
use super::headers::{self, Downstream};
use super::pending_decision::PendingDecision;
use super::revalidation::is_authorized;
use super::tracked_body::TrackedBody;
use super::upgrade::tunnel;
use crate::connection_state::Upload;
use crate::context::ConnectionContext;
use crate::request::{
    Cancellation, ForwardedBody, OpenKey, OpenRequest, RequestInfo, ResponseBody, UploadProgress,
};
use crate::state::{GatewayState, Route};
use crate::upstream::{Protocol, UpstreamError};

/// A response within this time is delivered without checking the key again.
const MAX_UNCHECKED_WAIT: Duration = Duration::from_millis(1);
/// Bytes that an upload without a key must transfer within the response timeout.
const MIN_KEYLESS_PROGRESS: u64 = 1_024;

type ProxyResponse = Response<Either<Full<Bytes>, ResponseBody>>;

/// Handles a request.
pub(crate) async fn handle(
    context: Arc<ConnectionContext>,
    request: Request<Incoming>,
) -> Response<TrackedBody> {
    let gateway = &context.gateway;
    let start = Instant::now();
    let mut log = gateway.access_log.as_ref().map(|log| {
        let keys = &gateway.last_route().routing.keys;
        Box::new(PendingEntry::new(
            log,
            start,
            context.client,
            request.method().as_str(),
            redact_path(request.uri().path(), keys),
        ))
    });
    let mut decision = PendingDecision::new(gateway, start);
    let (response, code, key) = match proxy(&context, request, &mut decision).await {
        Ok((response, key)) => (response, DecisionCode::Allowed, key),
        Err(Rejection { problem, code, key }) => {
            (problem.into_response().map(Either::Left), code, key)
        }
    };
    gateway.metrics.request(code, start.elapsed());
    let status = response.status().as_u16();
    decision.respond(status);
    if let Some(log) = &mut log {
        let key_id = key.as_ref().map(|key| key.id.as_str());
        log.respond(status, Some(code.as_str()), key_id);
    }
    response.map(|body| TrackedBody::new(body, Arc::clone(&context.connection), log))
}

async fn proxy(
    context: &Arc<ConnectionContext>,
    request: Request<Incoming>,
    decision: &mut PendingDecision<'_>,
) -> Result<(ProxyResponse, Option<Arc<KeyInfo>>), Rejection> {
    let gateway = &context.gateway;
    let (route, snapshot) = match gateway.current_route().await {
        Ok((route, snapshot)) => (route, Some(snapshot)),
        Err(_) => (gateway.last_route(), None),
    };
    let routing = &route.routing;
    let info = RequestInfo::from_request(&request, routing);
    let authorization = authorize(context, routing, snapshot, &request, &info, decision).await?;
    let open = Arc::new(OpenRequest {
        info,
        key: authorization.key.as_deref().map(OpenKey::from),
        cancellation: Cancellation::new(Arc::clone(&gateway.revalidations)),
    });
    context.request.set(&open);
    let pending = PendingResponse {
        authorization: &authorization,
        start: Instant::now(),
        open: &open,
    };
    match forward(context, &route, request, pending).await {
        Ok(mut response) => {
            if let Some(key) = authorization
                .key
                .as_deref()
                .filter(|_| routing.sunset_header)
                && let Some((name, value)) = sunset_header(key, gateway.verifier.latest_time())
            {
                // The API's own header may announce something else.
                response.headers_mut().entry(name).or_insert(value);
            }
            Ok((response, authorization.key))
        }
        Err(problem) => {
            let code = problem.decision_code();
            decision.fail(code);
            Err(Rejection {
                problem,
                code,
                key: authorization.key,
            })
        }
    }
}

/// A request for the upstream.
struct UpstreamRequest {
    request: Request<Incoming>,
    path: PathAndQuery,
    protocol: Protocol,
    /// The client's side of the requested upgrade.
    upgrade: Option<OnUpgrade>,
}

/// Turns a client's request into one for the upstream.
///
/// # Errors
/// `unsupported_target` or `internal_error`.
fn prepare(
    context: &ConnectionContext,
    route: &Route,
    mut request: Request<Incoming>,
    key: Option<&Arc<KeyInfo>>,
) -> Result<UpstreamRequest, Problem> {
    let routing = &route.routing;
    let upgrade = headers::websocket(request.headers());
    let path = request.uri().path_and_query().cloned();
    let path = path.ok_or_else(Problem::unsupported_target)?;
    let downstream = Downstream {
        client: context.client,
        is_tls: context.is_tls,
    };
    headers::prepare(
        request.headers_mut(),
        key.map(Arc::as_ref),
        &routing.keys,
        downstream,
    )?;
    if !routing.preserve_host {
        let host = route.client.endpoint().host_header();
        request.headers_mut().insert(HOST, host);
    }
    if !request.body().is_end_stream() && request.body().size_hint().exact().is_none() {
        // Without it, hyper would drop the body of a GET. HTTP/2 drops this header.
        let chunked = HeaderValue::from_static("chunked");
        request.headers_mut().insert(TRANSFER_ENCODING, chunked);
    }
    let protocol = if upgrade.is_some() || routing.preserve_host {
        Protocol::Http1
    } else {
        Protocol::Any
    };
    let upgrade = upgrade.map(|protocol| {
        headers::upgrade(request.headers_mut(), protocol);
        hyper::upgrade::on(&mut request)
    });
    Ok(UpstreamRequest {
        request,
        path,
        protocol,
        upgrade,
    })
}

/// An authorized request that waits for its response.
#[derive(Clone, Copy)]
struct PendingResponse<'a> {
    authorization: &'a Authorization,
    start: Instant,
    open: &'a Arc<OpenRequest>,
}

impl PendingResponse<'_> {
    /// Returns whether the request is still authorized. Within [`MAX_UNCHECKED_WAIT`] this is not checked.
    async fn is_still_authorized(self, gateway: &GatewayState) -> bool {
        if self.start.elapsed() <= MAX_UNCHECKED_WAIT {
            return true;
        }
        let is_unchanged = gateway
            .snapshot()
            .is_unchanged_since(self.authorization.snapshot);
        let key = self.authorization.key.as_ref();
        let ends_at = key.and_then(|key| key.ends_at());
        if is_unchanged && ends_at.is_none_or(|end| gateway.verifier.latest_time() < end) {
            return true;
        }
        match gateway.current_route().await {
            Ok((route, _)) => is_authorized(gateway, &route, self.open).await,
            Err(_) => false,
        }
    }
}

async fn forward(
    context: &Arc<ConnectionContext>,
    route: &Route,
    request: Request<Incoming>,
    pending: PendingResponse<'_>,
) -> Result<ProxyResponse, Problem> {
    let open = pending.open;
    let key = pending.authorization.key.as_ref();
    let prepared = prepare(context, route, request, key)?;
    let has_body = !prepared.request.body().is_end_stream();
    let progress = has_body.then(UploadProgress::default);
    let upload = has_body.then(|| Upload::begin(&context.connection));
    let request = prepared
        .request
        .map(|body| ForwardedBody::new(body, Arc::clone(open), progress.clone(), upload));
    let sent = route.client.send(request, prepared.path, prepared.protocol);
    let mut response = wait_for_response(sent, context, pending, progress.as_ref()).await?;
    let accepted_protocol = headers::websocket(response.headers());
    let upstream = (response.status() == StatusCode::SWITCHING_PROTOCOLS)
        .then(|| hyper::upgrade::on(&mut response));
    headers::remove_hop_by_hop(response.headers_mut());
    if let Some(upstream) = upstream {
        let (Some(client), Some(protocol)) = (prepared.upgrade, accepted_protocol) else {
            // The client did not request this upgrade.
            return Err(Problem::upstream_response_invalid());
        };
        headers::upgrade(response.headers_mut(), protocol);
        context.connection.on_upgrade();
        let (open, context) = (Arc::clone(open), Arc::clone(context));
        tokio::spawn(tunnel(client, upstream, open, context));
    }
    Ok(response.map(|body| Either::Right(ResponseBody::new(body, Arc::clone(open)))))
}

/// Waits for the response headers of the upstream.
///
/// # Errors
/// The upstream failed, or the request is no longer authorized.
async fn wait_for_response(
    sent: impl Future<Output = Result<Response<Incoming>, UpstreamError>>,
    context: &ConnectionContext,
    pending: PendingResponse<'_>,
    progress: Option<&UploadProgress>,
) -> Result<Response<Incoming>, Problem> {
    let limit = context.gateway.limits.response;
    let mut sent = pin!(sent);
    let mut cancelled = pin!(pending.open.cancellation.cancelled());
    loop {
        let timeout = tokio::time::timeout(limit, &mut sent);
        let response = tokio::select! {
            biased;
            () = &mut cancelled => return Err(Problem::key_rejected()),
            response = timeout => response,
        };
        if let Ok(response) = response {
            let response = response?;
            if !pending.is_still_authorized(&context.gateway).await {
                return Err(Problem::key_rejected());
            }
            return Ok(response);
        }
        let min_progress = match pending.authorization.key {
            Some(_) => 1,
            None => MIN_KEYLESS_PROGRESS,
        };
        // During an upload, the upstream is not slow.
        if progress.is_none_or(|progress| progress.take() < min_progress) {
            return Err(UpstreamError::ResponseTimeout.into());
        }
    }
}
