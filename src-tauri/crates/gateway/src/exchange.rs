//! One request and its answer: decided, passed to the API, answered. The first thing that goes wrong becomes the answer.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue, UPGRADE};
use hyper::{Method, Request, Response, StatusCode};
use keystile_keys::Permission;
use keystile_service::{Problem, admit, asks_more, shown_key};
use keystile_verifier::KnownKey;
use tokio::sync::watch;

use crate::decision::{Decision, Outcome};
use crate::gateway::Shared;
use crate::headers::{self, Told};
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
    let upgrade = headers::websocket(request.headers());
    // What is said after an upgrade is not seen here, so it may be anything.
    let need = if asks_more(request.headers()) {
        Permission::Write
    } else {
        Permission::needed_for(request.method().as_str())
    };
    let key = decide(shared, &request, need, caller.client).await?;
    let standing = Standing {
        verifier: shared.verifier.clone(),
        key: key.id,
        environment: shared.settings.environment,
        need,
    };
    pass(shared, request, &key, standing, upgrade, caller).await
}

/// Asks about the key, and tells the owner what came of it.
async fn decide(
    shared: &Shared,
    request: &Request<Incoming>,
    need: Permission,
    client: IpAddr,
) -> Result<Arc<KnownKey>, Problem> {
    let environment = &shared.settings.environment;
    let decided = match shown_key(request.headers(), request.uri().query()) {
        Ok(key) => admit(&shared.verifier, key, environment, need, Some(client)).await,
        Err(problem) => Err(problem.into()),
    };
    shared.tell(|| {
        let (key, outcome) = match &decided {
            Ok(key) => (Some(Arc::clone(key)), Outcome::Accepted),
            Err(denied) => (denied.key.clone(), Outcome::Refused(denied.code)),
        };
        Decision {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            need,
            key,
            outcome,
        }
    });
    decided.map_err(|denied| denied.problem)
}

async fn pass(
    shared: &Arc<Shared>,
    mut request: Request<Incoming>,
    key: &KnownKey,
    standing: Standing,
    upgrade: Option<HeaderValue>,
    caller: Caller,
) -> Result<Answer, Problem> {
    let settings = &shared.settings;
    let uri = match *request.method() {
        Method::CONNECT => None,
        _ => settings.endpoint.uri(request.uri()),
    };
    *request.uri_mut() = uri.ok_or_else(Problem::not_for_a_gateway)?;
    *request.version_mut() = hyper::Version::HTTP_11;
    let told = Told {
        key,
        client: caller.client,
        host: (!settings.keeps_host).then(|| settings.endpoint.host()),
    };
    headers::pass_on(request.headers_mut(), &told);
    if let Some(protocol) = upgrade {
        let lines = request.headers_mut();
        lines.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        lines.insert(UPGRADE, protocol);
    }
    let caller_upgrade = hyper::upgrade::on(&mut request);
    let every = settings.limits.recheck;
    let request = request.map(|body| Watched::new(body, standing.clone(), every));
    let sent = tokio::time::timeout(settings.limits.answer, shared.client.request(request));
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
        let stopping = caller.stopping;
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
        let lines = answer.headers_mut();
        lines.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        lines.insert(UPGRADE, protocol);
    }
    Ok(answer.map(|body| Either::Right(Watched::new(body, standing, every))))
}
