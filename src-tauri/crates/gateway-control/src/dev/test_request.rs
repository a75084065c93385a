//! Sends one request to a gateway as a client would, and finds the gateway's decision by a random trace id. The key is
//! only in the request.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use hyper::{HeaderMap, Method, Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use keystile_guard::is_plain;
use keystile_keys::{RandomnessError, os_random};
use keystile_policy::KeyLocation;
use miette::Diagnostic;
use rand::TryRng;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use zeroize::Zeroizing;

use keystile_gateway::{Decision, TRACE_HEADER};

/// For the complete exchange. Longer than a gateway waits for its upstream.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(75);
/// Bytes of a body that are returned.
const MAX_BODY_BYTES: usize = 256 * 1024;
/// Bytes of a body that are read.
const MAX_READ_BYTES: u64 = 16 * 1024 * 1024;

/// Characters of a header's name that an error repeats.
const MAX_SHOWN_NAME: usize = 40;
/// Headers that frame the request, which hyper sets.
const FRAMING_HEADERS: [HeaderName; 3] = [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING];

/// A test request.
pub struct TestRequest<'a> {
    /// The method.
    pub method: &'a str,
    /// The path and query.
    pub path: &'a str,
    /// More headers, as name and value. One of `Host` or `Content-Type` replaces the usual one.
    pub headers: &'a [(String, String)],
    /// The body, if it has one.
    pub body: Option<String>,
    /// The key.
    pub key: Option<&'a str>,
    /// The location of the key.
    pub key_location: &'a KeyLocation,
}

/// The response to a test request.
#[derive(Debug)]
pub struct TestResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, up to 256 KiB.
    pub body: Bytes,
    /// The bytes of the body, up to 16 MiB.
    pub length: u64,
    /// The time of the complete exchange.
    pub duration: Duration,
    /// The gateway's decision; `None` if too many others came in between.
    pub decision: Option<Arc<Decision>>,
}

/// The test request failed.
#[derive(Debug, Error, Diagnostic)]
pub enum TestRequestError {
    /// The method is invalid.
    #[error("Invalid HTTP method.")]
    #[diagnostic(code("invalid_method"), help("Use a method such as GET or POST."))]
    InvalidMethod,
    /// The path is invalid.
    #[error("Invalid path.")]
    #[diagnostic(
        code("invalid_path"),
        help("Start with / and percent-encode spaces and special characters.")
    )]
    InvalidPath,
    /// A header is invalid, or must not be set.
    #[error("{} cannot be sent.", header_name(.0))]
    #[diagnostic(
        code("invalid_header"),
        help(
            "Use letters, digits, and - in the name. Connection, Content-Length, and Transfer-Encoding are set for you."
        )
    )]
    InvalidHeader(String),
    /// The key contains characters that are invalid in a header.
    #[error("The key contains characters that are not allowed in a header.")]
    #[diagnostic(
        code("invalid_key_characters"),
        help("Paste the key again, without spaces and line breaks.")
    )]
    InvalidKeyCharacters,
    /// The connection failed.
    #[error("No response from the gateway.")]
    #[diagnostic(
        code("no_response"),
        help("Check that the gateway runs, then send again.")
    )]
    NoResponse(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The response took longer than 75 s.
    #[error("The gateway did not respond in time.")]
    #[diagnostic(
        code("response_timeout"),
        help("Check the API's log, then send again.")
    )]
    Timeout,
}

impl TestRequestError {
    /// Returns the form field with the error.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::InvalidPath => Some("path"),
            Self::InvalidKeyCharacters => Some("key"),
            Self::InvalidHeader(_) => Some("headers"),
            Self::InvalidMethod | Self::NoResponse(_) | Self::Timeout => None,
        }
    }
}

fn no_response(cause: impl std::error::Error + Send + Sync + 'static) -> TestRequestError {
    TestRequestError::NoResponse(Box::new(cause))
}

/// Sends a request to the gateway at `address`. `decisions` is a subscription to that gateway.
///
/// # Errors
/// See [`TestRequestError`]. A denied request is a response.
pub async fn send_test_request(
    address: SocketAddr,
    mut decisions: broadcast::Receiver<Arc<Decision>>,
    test: TestRequest<'_>,
) -> Result<TestResponse, TestRequestError> {
    let trace = random_trace().map_err(no_response)?;
    let request = build(address, test, &trace)?;
    let start = Instant::now();
    let mut response = pin!(tokio::time::timeout(
        REQUEST_TIMEOUT,
        send(address, request)
    ));
    // Receives decisions while waiting, because the channel may overflow before the response.
    let (result, decision) = tokio::select! {
        decision = wait_for_decision(&mut decisions, &trace) => (response.await, decision),
        result = &mut response => (result, None),
    };
    let (status, headers, body, length) = result.map_err(|_| TestRequestError::Timeout)??;
    let duration = start.elapsed();
    Ok(TestResponse {
        status,
        headers,
        body,
        length,
        duration,
        decision: decision.or_else(|| buffered_decision(&mut decisions, &trace)),
    })
}

/// Returns a random trace id of 64 bits.
fn random_trace() -> Result<String, RandomnessError> {
    let bits = os_random()
        .try_next_u64()
        .map_err(|error| RandomnessError::from_cause(&error))?;
    Ok(format!("{bits:016x}"))
}

/// Builds the HTTP request.
///
/// # Errors
/// An invalid method, path, header, or key.
fn build(
    address: SocketAddr,
    test: TestRequest<'_>,
    trace: &str,
) -> Result<Request<Full<Bytes>>, TestRequestError> {
    let method =
        Method::from_bytes(test.method.as_bytes()).map_err(|_| TestRequestError::InvalidMethod)?;
    if !test.path.starts_with('/') || method == Method::CONNECT {
        return Err(TestRequestError::InvalidPath);
    }
    let uri: Uri = test
        .path
        .parse()
        .map_err(|_| TestRequestError::InvalidPath)?;
    let body = test.body.unwrap_or_default();
    let mut request = Request::new(Full::default());
    let headers = request.headers_mut();
    let host = HeaderValue::try_from(address.to_string()).map_err(no_response)?;
    headers.insert(HOST, host);
    headers.insert(
        TRACE_HEADER,
        HeaderValue::try_from(trace).map_err(no_response)?,
    );
    if let Some(key) = test.key {
        let (name, before_key) = test.key_location.client_header();
        let name = HeaderName::try_from(name).map_err(no_response)?;
        let text = Zeroizing::new(format!("{before_key}{key}"));
        let mut value =
            HeaderValue::from_str(&text).map_err(|_| TestRequestError::InvalidKeyCharacters)?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    if !body.is_empty() {
        let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&body).is_ok();
        let content_type = if is_json {
            "application/json"
        } else {
            "text/plain; charset=utf-8"
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    add_headers(headers, test.headers)?;
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.body_mut() = Full::from(body);
    Ok(request)
}

/// Returns a header's name, unless it could be a secret in the wrong field.
fn header_name(name: &str) -> String {
    if name.len() <= MAX_SHOWN_NAME && is_plain(name) {
        format!("The header {name}")
    } else {
        "A header with this name or value".to_owned()
    }
}

/// Adds the user's headers.
///
/// # Errors
/// `InvalidHeader`
fn add_headers(
    headers: &mut HeaderMap,
    added: &[(String, String)],
) -> Result<(), TestRequestError> {
    for (name, value) in added {
        let invalid = || TestRequestError::InvalidHeader(name.clone());
        let header = HeaderName::try_from(name).map_err(|_| invalid())?;
        let value = HeaderValue::try_from(value).map_err(|_| invalid())?;
        if FRAMING_HEADERS.contains(&header) || header == TRACE_HEADER {
            return Err(invalid());
        }
        if header == HOST || header == CONTENT_TYPE {
            headers.insert(header, value);
        } else {
            headers.append(header, value);
        }
    }
    Ok(())
}

async fn send(
    address: SocketAddr,
    request: Request<Full<Bytes>>,
) -> Result<(StatusCode, HeaderMap, Bytes, u64), TestRequestError> {
    let stream = TcpStream::connect(address).await.map_err(no_response)?;
    stream.set_nodelay(true).map_err(no_response)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(no_response)?;
    // Ends when sender and body are dropped.
    tokio::spawn(async move {
        if let Err(cause) = connection.await {
            tracing::debug!(%cause, "connection to the gateway failed");
        }
    });
    let response = sender.send_request(request).await.map_err(no_response)?;
    let (head, body) = response.into_parts();
    let (body, length) = read_body(body).await?;
    Ok((head.status, head.headers, body, length))
}

/// Returns the beginning of the body, and its length.
async fn read_body(mut body: Incoming) -> Result<(Bytes, u64), TestRequestError> {
    let mut beginning = BytesMut::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(no_response)?.into_data() else {
            continue;
        };
        length += data.len() as u64;
        let capacity = MAX_BODY_BYTES - beginning.len();
        beginning.extend_from_slice(&data[..data.len().min(capacity)]);
        if length > MAX_READ_BYTES {
            break;
        }
    }
    Ok((beginning.freeze(), length))
}

/// Waits for the decision with this trace id.
async fn wait_for_decision(
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

/// Returns the decision with this trace id from the buffer. It was published before the response.
fn buffered_decision(
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
