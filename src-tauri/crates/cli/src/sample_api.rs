//! A small API that does what a developer's own would do: it reads the key off the request, asks the service over HTTP,
//! and answers. `demo` starts it. It knows nothing of Keystile but the address of the service and the environment's name,
//! and it has no store.

use std::convert::Infallible;
use std::net::SocketAddr;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedSender;

use crate::http;

/// Who is asked about keys.
#[derive(Clone)]
pub(crate) struct Guard {
    /// Where the service listens.
    pub(crate) service: SocketAddr,
    /// `project/environment`.
    pub(crate) environment: String,
    /// What the owner of the API learns: the code of every decision. Callers of the API are told less.
    pub(crate) decisions: UnboundedSender<String>,
}

/// Answers connections until the task is dropped.
pub(crate) async fn run(listener: TcpListener, guard: Guard) {
    while let Ok((stream, _)) = listener.accept().await {
        let guard = guard.clone();
        tokio::spawn(async move {
            let answer = service_fn(|request| {
                let guard = guard.clone();
                async move { Ok::<_, Infallible>(answer(&request, &guard).await) }
            });
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
            if let Err(cause) = connection.await {
                tracing::debug!(%cause, "a connection to the sample API ended early");
            }
        });
    }
}

async fn answer(request: &Request<Incoming>, guard: &Guard) -> Response<Full<Bytes>> {
    let code = match decide(request, guard).await {
        Ok(code) => code,
        Err(cause) => {
            tracing::error!(%cause, "the service was not reached");
            "no_answer".to_owned()
        }
    };
    let (status, body) = match (code.as_str(), request.method()) {
        ("accepted", &Method::POST) => (StatusCode::CREATED, json!({"id": 2, "name": "Lamp"})),
        ("accepted", _) => (StatusCode::OK, json!([{"id": 1, "name": "Chair"}])),
        ("lacks_read" | "lacks_write", _) => (StatusCode::FORBIDDEN, json!("not allowed")),
        ("no_answer", _) => (StatusCode::SERVICE_UNAVAILABLE, json!("not now")),
        _ => (StatusCode::UNAUTHORIZED, json!("no valid key")),
    };
    // Whoever listened may have gone; the caller gets its answer all the same.
    let _gone = guard.decisions.send(code);
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        CONTENT_TYPE,
        hyper::header::HeaderValue::from_static("application/json"),
    );
    response
}

/// The part that a developer writes: one question to the service.
async fn decide(
    request: &Request<Incoming>,
    guard: &Guard,
) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let Some(key) = request.headers().get("x-api-key") else {
        return Ok("no_key".to_owned());
    };
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let question = json!({
        "key": key.to_str()?,
        "environment": guard.environment,
        "permission": if reads { "read" } else { "write" },
    });
    let question = Request::post("/v1/verify")
        .header(CONTENT_TYPE, "application/json")
        .body(Full::from(question.to_string()))?;
    let answer = http::ask(guard.service, question).await?;
    let answer: Value = serde_json::from_slice(answer.body())?;
    Ok(answer["code"].as_str().unwrap_or("no_answer").to_owned())
}
