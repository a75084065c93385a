//! Sends one request to a gateway as any client would, and finds the gateway's decision about it by a random trace id.
//! The key goes into the request and nowhere else.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use keystile_keys::{RandomnessError, os_random};
use keystile_policy::KeyLocation;
use rand::TryRng;
use tokio::net::TcpStream;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use zeroize::Zeroizing;

use keystile_gateway::{Decision, TRACE_HEADER};

/// From the first byte sent to the last one read. Longer than a gateway waits for an upstream.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(75);
/// Bytes of a body that are kept.
const MAX_KEPT_BYTES: usize = 256 * 1024;
/// Bytes of a body that are read. An endless one is not read for ever.
const MAX_READ_BYTES: u64 = 16 * 1024 * 1024;

/// The request to send.
pub struct TestRequest<'a> {
    /// The method.
    pub method: &'a str,
    /// The path, with its query.
    pub path: &'a str,
    /// The body, if it has one.
    pub body: Option<String>,
    /// The key.
    pub key: Option<&'a str>,
    /// Where the key is sent.
    pub key_location: &'a KeyLocation,
}

/// The response.
#[derive(Debug)]
pub struct TestResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, or its beginning.
    pub body: Bytes,
    /// The length of the body in bytes, as far as it was read.
    pub length: u64,
    /// From the first byte sent to the last one read.
    pub took: Duration,
    /// What the gateway decided, unless too many others were decided about meanwhile.
    pub decision: Option<Arc<Decision>>,
}

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub enum TestRequestError {
    /// The method is none.
    #[error("Invalid HTTP method.")]
    Method,
    /// The path is none.
    #[error("Invalid path.")]
    Path,
    /// The key holds characters that no header can.
    #[error("The key contains characters that are not allowed in a header.")]
    KeyCharacters,
    /// The connection to the gateway did not come about, or ended early.
    #[error("The gateway did not answer.")]
    NoAnswer(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It took longer than 75 s.
    #[error("The gateway did not answer in time.")]
    TooSlow,
}

impl TestRequestError {
    /// The stable code to branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Method => "method_form",
            Self::Path => "path_form",
            Self::KeyCharacters => "key_characters",
            Self::NoAnswer(_) => "no_answer",
            Self::TooSlow => "too_slow",
        }
    }

    /// The field of a form it belongs to.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Path => Some("path"),
            Self::KeyCharacters => Some("key"),
            Self::Method | Self::NoAnswer(_) | Self::TooSlow => None,
        }
    }

    /// What to do next.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Method => "Use a word such as GET or POST.",
            Self::Path => {
                "Begin with /, and write blanks and special characters as %20 and the like."
            }
            Self::KeyCharacters => "Paste the key again, without blanks and line ends.",
            Self::NoAnswer(_) => "Look whether the gateway still runs, then send again.",
            Self::TooSlow => "Look into the API's log, then send again.",
        }
    }
}

fn no_answer(cause: impl std::error::Error + Send + Sync + 'static) -> TestRequestError {
    TestRequestError::NoAnswer(Box::new(cause))
}

/// Sends a request to the gateway at this address. `decisions` must have been subscribed to before.
///
/// # Errors
/// See [`TestRequestError`]. A refused request is a response.
pub async fn send_test_request(
    address: SocketAddr,
    mut decisions: broadcast::Receiver<Arc<Decision>>,
    test: TestRequest<'_>,
) -> Result<TestResponse, TestRequestError> {
    let trace = trace().map_err(no_answer)?;
    let request = build(address, test, &trace)?;
    let begun = Instant::now();
    let mut answered = pin!(tokio::time::timeout(
        REQUEST_TIMEOUT,
        send(address, request)
    ));
    // Others' decisions go by while an API takes its time, more than are kept.
    let (answer, decision) = tokio::select! {
        decision = own_decision(&mut decisions, &trace) => (answered.await, decision),
        answer = &mut answered => (answer, None),
    };
    let (status, headers, body, length) = answer.map_err(|_| TestRequestError::TooSlow)??;
    let took = begun.elapsed();
    Ok(TestResponse {
        status,
        headers,
        body,
        length,
        took,
        decision: decision.or_else(|| told_decision(&mut decisions, &trace)),
    })
}

/// 64 random bits: enough to tell a request from those of others.
fn trace() -> Result<String, RandomnessError> {
    let bits = os_random()
        .try_next_u64()
        .map_err(|error| RandomnessError::from_cause(&error))?;
    Ok(format!("{bits:016x}"))
}

fn build(
    address: SocketAddr,
    test: TestRequest<'_>,
    trace: &str,
) -> Result<Request<Full<Bytes>>, TestRequestError> {
    let method =
        Method::from_bytes(test.method.as_bytes()).map_err(|_| TestRequestError::Method)?;
    if !test.path.starts_with('/') || method == Method::CONNECT {
        return Err(TestRequestError::Path);
    }
    let uri: Uri = test.path.parse().map_err(|_| TestRequestError::Path)?;
    let body = test.body.unwrap_or_default();
    let mut request = Request::new(Full::default());
    let headers = request.headers_mut();
    let host = HeaderValue::try_from(address.to_string()).map_err(no_answer)?;
    headers.insert(HOST, host);
    headers.insert(
        TRACE_HEADER,
        HeaderValue::try_from(trace).map_err(no_answer)?,
    );
    if let Some(key) = test.key {
        let (name, before_key) = test.key_location.client_header();
        let name = HeaderName::try_from(name).map_err(no_answer)?;
        let text = Zeroizing::new(format!("{before_key}{key}"));
        let mut value =
            HeaderValue::from_str(&text).map_err(|_| TestRequestError::KeyCharacters)?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    if !body.is_empty() {
        let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&body).is_ok();
        let kind = if is_json {
            "application/json"
        } else {
            "text/plain; charset=utf-8"
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.body_mut() = Full::from(body);
    Ok(request)
}

async fn send(
    address: SocketAddr,
    request: Request<Full<Bytes>>,
) -> Result<(StatusCode, HeaderMap, Bytes, u64), TestRequestError> {
    let stream = TcpStream::connect(address).await.map_err(no_answer)?;
    stream.set_nodelay(true).map_err(no_answer)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(no_answer)?;
    // Ends with the last of sender and body.
    tokio::spawn(async move {
        if let Err(cause) = connection.await {
            tracing::debug!(%cause, "a connection to a gateway ended early");
        }
    });
    let answer = sender.send_request(request).await.map_err(no_answer)?;
    let (head, body) = answer.into_parts();
    let (kept, length) = read(body).await?;
    Ok((head.status, head.headers, kept, length))
}

async fn read(mut body: Incoming) -> Result<(Bytes, u64), TestRequestError> {
    let mut kept = BytesMut::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(no_answer)?.into_data() else {
            continue;
        };
        length += data.len() as u64;
        let room = MAX_KEPT_BYTES - kept.len();
        kept.extend_from_slice(&data[..data.len().min(room)]);
        if length > MAX_READ_BYTES {
            break;
        }
    }
    Ok((kept.freeze(), length))
}

/// Waits for it.
async fn own_decision(
    decisions: &mut broadcast::Receiver<Arc<Decision>>,
    trace: &str,
) -> Option<Arc<Decision>> {
    loop {
        match decisions.recv().await {
            Ok(decision) if decision.trace.as_deref() == Some(trace) => return Some(decision),
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return None,
        }
    }
}

/// A decision is told before its request is passed on, so it is there once the answer is.
fn told_decision(
    decisions: &mut broadcast::Receiver<Arc<Decision>>,
    trace: &str,
) -> Option<Arc<Decision>> {
    loop {
        match decisions.try_recv() {
            Ok(decision) if decision.trace.as_deref() == Some(trace) => return Some(decision),
            Ok(_) | Err(TryRecvError::Lagged(_)) => {}
            Err(TryRecvError::Empty | TryRecvError::Closed) => return None,
        }
    }
}
