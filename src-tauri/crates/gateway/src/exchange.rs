//! One request and its answer: decided, passed to the API, answered. The first thing that goes wrong becomes the answer.

use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::{Body, Incoming};
use hyper::header::{CACHE_CONTROL, HeaderValue, TRANSFER_ENCODING};
use hyper::upgrade::OnUpgrade;
use hyper::{Request, Response, StatusCode};
use keystile_guard::Problem;
use keystile_listener::ConnectionPermit;
use tokio_util::sync::CancellationToken;

use crate::answered::Answered;
use crate::api_body::ApiBody;
use crate::decide::decide;
use crate::decision::{Decision, Outcome};
use crate::endpoint::Endpoint;
use crate::failed::Failed;
use crate::gateway::Shared;
use crate::headers::{self, Told};
use crate::pool::Pool;
use crate::progress::Progress;
use crate::request_info::RequestInfo;
use crate::settings::Limits;
use crate::standing::Standing;
use crate::stream::Offer;
use crate::tunnel;
use crate::turn::{Turn, Upload};
use crate::watched::Watched;

/// A response that comes within this time is delivered without another look at the key.
const MAX_UNCHECKED_WAIT: Duration = Duration::from_millis(5);
/// Bytes that an upload without a key must move while a response is waited for.
const MIN_KEYLESS_PROGRESS: u64 = 1_024;

/// What a caller gets: the API's answer as it streams, or ours.
type Answer = Response<Either<Full<Bytes>, Watched<ApiBody>>>;

/// Who asks over one connection, where, and until when. Each of its requests holds this one: were what all connections
/// share counted for each request, the cores would wait for each other.
pub(crate) struct Caller {
    pub(crate) shared: Arc<Shared>,
    pub(crate) client: IpAddr,
    pub(crate) is_tls: bool,
    pub(crate) turn: Arc<Turn>,
    pub(crate) stopping: CancellationToken,
    /// The permit of the connection; a tunnel keeps it.
    pub(crate) permit: ConnectionPermit,
}

/// Answers one request, whatever it is.
pub(crate) async fn answer(caller: Arc<Caller>, request: Request<Incoming>) -> Response<Answered> {
    let answer = match exchange(&caller, request).await {
        Ok(answer) => answer,
        Err(problem) => problem.into_response().map(Either::Left),
    };
    answer.map(|body| Answered::new(body, Arc::clone(&caller.turn)))
}

async fn exchange(caller: &Arc<Caller>, request: Request<Incoming>) -> Result<Answer, Problem> {
    let shared = &caller.shared;
    let route = shared.last_route();
    let routing = &route.routing;
    let info = RequestInfo::from_request(&request, routing);
    let pass = decide(shared, routing, &request, &info, caller.client).await?;
    let Some(pool) = &route.pool else {
        return Ok(checked());
    };
    let told = Told {
        key: pass.key.as_deref(),
        keys: &routing.keys,
        client: caller.client,
        is_tls: caller.is_tls,
        host: pool.endpoint().host(),
        preserve_host: routing.preserve_host,
    };
    let (request, upgrade) = prepare(request, pool.endpoint(), &told)?;
    let standing = Arc::new(Standing {
        caller: Arc::clone(caller),
        info,
        key: pass.key.map(|key| key.id),
    });
    let answer = pass_on(caller, pool, request, upgrade, standing).await;
    if let (Err(problem), Some(decision)) = (&answer, pass.decision) {
        let outcome = Outcome::Unanswered(problem.decision_code());
        shared.tell(|| Decision {
            outcome,
            ..(*decision).clone()
        });
    }
    answer
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

/// Makes a caller's request into the one for the API, with the other end of the upgrade that it asks for.
fn prepare(
    mut request: Request<Incoming>,
    endpoint: &Endpoint,
    told: &Told<'_>,
) -> Result<(Request<Incoming>, Option<OnUpgrade>), Problem> {
    let upgrade = headers::websocket(request.headers());
    let target = endpoint.target(request.uri());
    *request.uri_mut() = target.ok_or_else(Problem::not_for_a_gateway)?;
    *request.version_mut() = hyper::Version::HTTP_11;
    headers::pass_on(request.headers_mut(), told)?;
    if !request.body().is_end_stream() && request.body().size_hint().exact().is_none() {
        // Said again for this connection: without it a body of GET would be left out. HTTP/2 leaves out the line instead.
        let chunked = HeaderValue::from_static("chunked");
        request.headers_mut().insert(TRANSFER_ENCODING, chunked);
    }
    let caller = upgrade.map(|protocol| {
        headers::upgrade(request.headers_mut(), protocol);
        hyper::upgrade::on(&mut request)
    });
    Ok((request, caller))
}

async fn pass_on(
    caller: &Caller,
    pool: &Arc<Pool>,
    request: Request<Incoming>,
    upgrade: Option<OnUpgrade>,
    standing: Arc<Standing>,
) -> Result<Answer, Problem> {
    let limits = caller.shared.limits;
    let every = limits.recheck;
    let offer = match upgrade {
        Some(_) => Offer::Http1,
        None => Offer::Newest,
    };
    let progress = (!request.body().is_end_stream()).then(Progress::default);
    let upload = progress.is_some().then(|| Upload::begin(&caller.turn));
    let request = request.map(|body| {
        Watched::new(body, Arc::clone(&standing), every)
            .telling(progress.clone())
            .keeping(upload)
    });
    let mut answer = wait_for_head(
        pool.send(request, offer),
        &standing,
        progress.as_ref(),
        limits,
    )
    .await?;
    if caller.turn.is_uploading() {
        // Its connection must go on while the client takes nothing of the response.
        answer.body_mut().detach();
    }
    let agreed = headers::websocket(answer.headers());
    let switched = (answer.status() == StatusCode::SWITCHING_PROTOCOLS)
        .then(|| hyper::upgrade::on(&mut answer));
    headers::remove_hop_by_hop(answer.headers_mut());
    if let Some(api) = switched {
        let (Some(caller_upgrade), Some(protocol)) = (upgrade, agreed) else {
            // Nobody asked for that.
            return Err(Problem::upstream_broken());
        };
        headers::upgrade(answer.headers_mut(), protocol);
        caller.turn.left();
        tokio::spawn(tunnel::carry(
            caller_upgrade,
            api,
            Arc::clone(&standing),
            every,
            caller.stopping.clone(),
            caller.permit.clone(),
        ));
    }
    Ok(answer.map(|body| Either::Right(Watched::new(body, standing, every))))
}

/// Waits for the head of the response. A request whose key no longer stands gets no response, however late that comes.
async fn wait_for_head(
    sent: impl Future<Output = Result<Response<ApiBody>, Failed>>,
    standing: &Arc<Standing>,
    progress: Option<&Progress>,
    limits: Limits,
) -> Result<Response<ApiBody>, Problem> {
    let start = Instant::now();
    let mut last_progress = start;
    let mut sent = pin!(sent);
    loop {
        match tokio::time::timeout(limits.recheck.min(limits.answer), &mut sent).await {
            Ok(answer) => {
                let answer = answer?;
                if start.elapsed() > MAX_UNCHECKED_WAIT && !Arc::clone(standing).holds().await {
                    return Err(Problem::key_refused());
                }
                return Ok(answer);
            }
            Err(_) if !Arc::clone(standing).holds().await => return Err(Problem::key_refused()),
            Err(_) if last_progress.elapsed() < limits.answer => {}
            Err(_) => {
                let least = match standing.key {
                    Some(_) => 1,
                    None => MIN_KEYLESS_PROGRESS,
                };
                // A long upload is no slow response.
                if progress.is_none_or(|progress| progress.take() < least) {
                    return Err(Failed::Slow.into());
                }
                last_progress = Instant::now();
            }
        }
    }
}
