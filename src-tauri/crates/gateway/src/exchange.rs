//! One request and its answer: decided, passed to the API, answered. The first thing that goes wrong becomes the answer.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::header::{CACHE_CONTROL, HeaderValue};
use hyper::upgrade::OnUpgrade;
use hyper::{Request, Response, StatusCode};
use keystile_service::Problem;
use tokio::sync::watch;

use crate::decide::{Pass, decide};
use crate::endpoint::Endpoint;
use crate::gateway::Shared;
use crate::headers::{self, Told};
use crate::settings::Upstream;
use crate::standing::Standing;
use crate::tunnel;
use crate::watched::Watched;

/// What a caller gets: the API's answer as it streams, or ours.
pub(crate) type Answer = Response<Either<Full<Bytes>, Watched>>;

/// Who asks, and until when.
pub(crate) struct Caller {
    pub(crate) client: IpAddr,
    pub(crate) stopping: watch::Receiver<bool>,
}

/// Answers one request, whatever it is.
pub(crate) async fn answer(
    shared: Arc<Shared>,
    request: Request<Incoming>,
    caller: Caller,
) -> Answer {
    match exchange(&shared, request, caller).await {
        Ok(answer) => answer,
        Err(problem) => problem.into_answer().map(Either::Left),
    }
}

async fn exchange(
    shared: &Arc<Shared>,
    request: Request<Incoming>,
    caller: Caller,
) -> Result<Answer, Problem> {
    let routing = shared.routing.load_full();
    let pass = decide(shared, &routing, &request, caller.client).await?;
    match &routing.upstream {
        Upstream::Check => Ok(checked()),
        Upstream::Api(endpoint) => {
            let told = Told {
                key: match &pass {
                    Pass::Open => None,
                    Pass::With(key, _) => Some(key),
                },
                client: caller.client,
                host: (!routing.keeps_host).then(|| endpoint.host()),
            };
            let (request, upgrade) = prepare(request, endpoint, &told)?;
            let standing = match pass {
                Pass::Open => None,
                Pass::With(key, need) => Some(Standing {
                    verifier: shared.verifier.clone(),
                    key: key.id,
                    environment: shared.environment,
                    need,
                }),
            };
            pass_on(shared, request, upgrade, standing, caller.stopping).await
        }
    }
}

/// What an accepted request gets where there is no API: the check is all that was asked for.
fn checked() -> Answer {
    let mut answer = Response::new(Either::Left(Full::default()));
    *answer.status_mut() = StatusCode::NO_CONTENT;
    answer
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// Makes a caller's request into the one for the API.
fn prepare(
    mut request: Request<Incoming>,
    endpoint: &Endpoint,
    told: &Told<'_>,
) -> Result<(Request<Incoming>, OnUpgrade), Problem> {
    let upgrade = headers::websocket(request.headers());
    *request.uri_mut() = endpoint
        .uri(request.uri())
        .ok_or_else(Problem::not_for_a_gateway)?;
    *request.version_mut() = hyper::Version::HTTP_11;
    headers::pass_on(request.headers_mut(), told);
    if let Some(protocol) = upgrade {
        headers::upgrade(request.headers_mut(), protocol);
    }
    let caller = hyper::upgrade::on(&mut request);
    Ok((request, caller))
}

async fn pass_on(
    shared: &Arc<Shared>,
    request: Request<Incoming>,
    caller_upgrade: OnUpgrade,
    standing: Option<Standing>,
    stopping: watch::Receiver<bool>,
) -> Result<Answer, Problem> {
    let every = shared.limits.recheck;
    let request = request.map(|body| Watched::new(body, standing.clone(), every));
    let sent = tokio::time::timeout(shared.limits.answer, shared.client.request(request));
    let mut answer = match sent.await {
        Ok(Ok(answer)) => answer,
        Ok(Err(cause)) => {
            tracing::warn!(
                cause = &cause as &dyn std::error::Error,
                "the API did not answer"
            );
            return Err(if cause.is_connect() {
                Problem::upstream_unreachable()
            } else {
                Problem::upstream_broken()
            });
        }
        Err(_) => return Err(Problem::upstream_slow()),
    };
    let protocol = headers::websocket(answer.headers());
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
        let api_upgrade = hyper::upgrade::on(&mut answer);
        tokio::spawn(tunnel::carry(
            caller_upgrade,
            api_upgrade,
            standing.clone(),
            every,
            stopping,
        ));
    }
    headers::remove_hop_by_hop(answer.headers_mut());
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS
        && let Some(protocol) = protocol
    {
        headers::upgrade(answer.headers_mut(), protocol);
    }
    Ok(answer.map(|body| Either::Right(Watched::new(body, standing, every))))
}
