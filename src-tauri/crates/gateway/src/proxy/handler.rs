//! Handles one request from its head to the head of its response. The first thing that goes wrong becomes the response.

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
use keystile_guard::{DecisionCode, Problem, Rejection, redact_path};
use keystile_log::PendingEntry;
use keystile_verifier::KeyInfo;

use super::authorize::authorize;
use super::headers::{self, ForwardedFor};
use super::revalidation::is_authorized;
use super::tracked_body::TrackedBody;
use super::upgrade::tunnel;
use crate::connection_state::Upload;
use crate::context::ConnectionContext;
use crate::decision::{Decision, Outcome};
use crate::request::{
    Cancellation, ForwardedBody, OpenRequest, RequestInfo, ResponseBody, UploadProgress,
};
use crate::state::{GatewayState, Route, Snapshot};
use crate::upstream::{Protocol, UpstreamError};

/// A response that comes within this time is delivered without another look at the key.
const MAX_UNCHECKED_WAIT: Duration = Duration::from_millis(1);
/// Bytes that an upload without a key must move while a response is waited for.
const MIN_KEYLESS_PROGRESS: u64 = 1_024;

type ProxyResponse = Response<Either<Full<Bytes>, ResponseBody>>;

/// Answers a request, whatever it is.
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
    let (response, decision, key) = match proxy(&context, request).await {
        Ok((response, key)) => (response, DecisionCode::Accepted, key),
        Err(Rejection { problem, code, key }) => {
            (problem.into_response().map(Either::Left), code, key)
        }
    };
    gateway.metrics.request(decision, start.elapsed());
    let status = response.status().as_u16();
    if let Some(log) = &mut log {
        let key_id = key.as_ref().map(|key| key.id.as_str());
        log.respond(status, Some(decision.as_str()), key_id);
    }
    response.map(|body| TrackedBody::new(body, Arc::clone(&context.connection), log))
}

async fn proxy(
    context: &Arc<ConnectionContext>,
    request: Request<Incoming>,
) -> Result<(ProxyResponse, Option<Arc<KeyInfo>>), Rejection> {
    let gateway = &context.gateway;
    let (route, snapshot) = match gateway.current_route().await {
        Ok((route, snapshot)) => (route, Some(snapshot)),
        Err(_) => (gateway.last_route(), None),
    };
    let routing = &route.routing;
    let info = RequestInfo::from_request(&request, routing);
    let pass = authorize(context, routing, snapshot, &request, &info).await?;
    let open = Arc::new(OpenRequest {
        info,
        key: pass.key.as_ref().map(|key| key.id),
        cancellation: Cancellation::new(Arc::clone(&gateway.revalidations)),
    });
    context.request.set(&open);
    let accepted = Accepted {
        key: pass.key.as_ref(),
        snapshot: pass.snapshot,
        time: Instant::now(),
        open: &open,
    };
    match forward(context, &route, request, accepted).await {
        Ok(response) => Ok((response, pass.key)),
        Err(problem) => {
            let code = problem.decision_code();
            if let Some(decision) = pass.decision {
                gateway.publish(|| Decision {
                    outcome: Outcome::Unanswered(code),
                    ..(*decision).clone()
                });
            }
            Err(Rejection {
                problem,
                code,
                key: pass.key,
            })
        }
    }
}

/// A request as the API gets it.
struct Prepared {
    request: Request<Incoming>,
    path: PathAndQuery,
    protocol: Protocol,
    /// The client's side of the upgrade that it asks for.
    upgrade: Option<OnUpgrade>,
}

fn prepare(
    context: &ConnectionContext,
    route: &Route,
    mut request: Request<Incoming>,
    key: Option<&Arc<KeyInfo>>,
) -> Result<Prepared, Problem> {
    let routing = &route.routing;
    let upgrade = headers::websocket(request.headers());
    let path = request.uri().path_and_query().cloned();
    let path = path.ok_or_else(Problem::not_for_a_gateway)?;
    let forwarded_for = ForwardedFor {
        client: context.client,
        is_tls: context.is_tls,
    };
    headers::prepare(
        request.headers_mut(),
        key.map(Arc::as_ref),
        &routing.keys,
        forwarded_for,
    )?;
    if !routing.preserve_host {
        let host = route.client.endpoint().host_header();
        request.headers_mut().insert(HOST, host);
    }
    if !request.body().is_end_stream() && request.body().size_hint().exact().is_none() {
        // Without it a body of GET would be left out. HTTP/2 leaves out the header instead.
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
    Ok(Prepared {
        request,
        path,
        protocol,
        upgrade,
    })
}

/// A request that was authorized.
#[derive(Clone, Copy)]
struct Accepted<'a> {
    key: Option<&'a Arc<KeyInfo>>,
    /// What nothing may have changed since.
    snapshot: Snapshot,
    time: Instant,
    open: &'a Arc<OpenRequest>,
}

impl Accepted<'_> {
    /// Returns whether it would still be authorized, or was authorized a moment ago.
    async fn is_still_authorized(self, gateway: &GatewayState) -> bool {
        if self.time.elapsed() <= MAX_UNCHECKED_WAIT {
            return true;
        }
        let is_unchanged = gateway.snapshot().is_unchanged_since(self.snapshot);
        let expires_at = self.key.and_then(|key| key.expires_at);
        if is_unchanged && expires_at.is_none_or(|end| gateway.verifier.now() < end) {
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
    accepted: Accepted<'_>,
) -> Result<ProxyResponse, Problem> {
    let open = accepted.open;
    let prepared = prepare(context, route, request, accepted.key)?;
    let has_body = !prepared.request.body().is_end_stream();
    let progress = has_body.then(UploadProgress::default);
    let upload = has_body.then(|| Upload::begin(&context.connection));
    let request = prepared
        .request
        .map(|body| ForwardedBody::new(body, Arc::clone(open), progress.clone(), upload));
    let sent = route.client.send(request, prepared.path, prepared.protocol);
    let mut response = wait_for_response(sent, context, accepted, progress.as_ref()).await?;
    let agreed = headers::websocket(response.headers());
    let upstream = (response.status() == StatusCode::SWITCHING_PROTOCOLS)
        .then(|| hyper::upgrade::on(&mut response));
    headers::remove_hop_by_hop(response.headers_mut());
    if let Some(upstream) = upstream {
        let (Some(client), Some(protocol)) = (prepared.upgrade, agreed) else {
            // The client asked for no upgrade.
            return Err(Problem::upstream_broken());
        };
        headers::upgrade(response.headers_mut(), protocol);
        context.connection.on_upgrade();
        let (open, context) = (Arc::clone(open), Arc::clone(context));
        tokio::spawn(tunnel(client, upstream, open, context));
    }
    Ok(response.map(|body| Either::Right(ResponseBody::new(body, Arc::clone(open)))))
}

/// Waits for the head of the response. A request that would not be authorized any more gets no response, however late that
/// comes.
async fn wait_for_response(
    sent: impl Future<Output = Result<Response<Incoming>, UpstreamError>>,
    context: &ConnectionContext,
    accepted: Accepted<'_>,
    progress: Option<&UploadProgress>,
) -> Result<Response<Incoming>, Problem> {
    let limit = context.gateway.limits.response;
    let mut sent = pin!(sent);
    let mut cancelled = pin!(accepted.open.cancellation.cancelled());
    loop {
        let waiting = tokio::time::timeout(limit, &mut sent);
        let response = tokio::select! {
            biased;
            () = &mut cancelled => return Err(Problem::key_refused()),
            response = waiting => response,
        };
        if let Ok(response) = response {
            let response = response?;
            if !accepted.is_still_authorized(&context.gateway).await {
                return Err(Problem::key_refused());
            }
            return Ok(response);
        }
        let least = match accepted.key {
            Some(_) => 1,
            None => MIN_KEYLESS_PROGRESS,
        };
        // A long upload is no slow response.
        if progress.is_none_or(|progress| progress.take() < least) {
            return Err(UpstreamError::ResponseTimeout.into());
        }
    }
}
