//! Tests of test requests, which the Playground sends.

use std::net::SocketAddr;
use std::time::Duration;

use keystile_gateway::Outcome;
use keystile_gateway_control::dev::{
    TestRequest, TestRequestError, TestResponse, send_test_request,
};
use keystile_guard::DecisionCode;
use keystile_keys::Permission;
use keystile_policy::{Access, KeyLocation};
use keystile_registry::GatewayInput;
use keystile_tests::diagnostic::{error_code, error_help};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use crate::fixture::ServiceFixture;
use crate::gateway::ephemeral_address;
use crate::started_gateway::{
    DEFAULT_GATEWAY, StartedGateway, choose_key_location, edit, enter_endpoint, on_any_port,
    start_echo_gateway, start_gateway,
};

/// Decisions that the gateway buffers.
const CHANNEL_CAPACITY: u64 = 1_024;
/// More decisions than the gateway buffers.
const FLOOD_SIZE: u64 = 3_000;

async fn send(
    gateway: &StartedGateway,
    request: TestRequest<'_>,
) -> Result<TestResponse, TestRequestError> {
    let running = &gateway.running;
    send_test_request(
        running.address().tcp().expect("TCP"),
        running.decisions(),
        request,
    )
    .await
}

fn get<'a>(path: &'a str, key: &'a str) -> TestRequest<'a> {
    TestRequest {
        method: "GET",
        path,
        headers: &[],
        body: None,
        key: Some(key),
        key_location: &KeyLocation::Default,
    }
}

/// Starts a gateway in front of the sample API.
async fn start_sample_gateway() -> (ServiceFixture, StartedGateway) {
    let fixture = ServiceFixture::new().await;
    let fields = GatewayInput {
        sample_upstream: Some(true),
        ..DEFAULT_GATEWAY
    };
    edit(&fixture, fields).await;
    let gateway = start_gateway(&fixture, on_any_port()).await;
    (fixture, gateway)
}

/// Starts a gateway in front of an upstream that sends this response after `pause`.
async fn start_with_response(
    response: Vec<u8>,
    delay: Duration,
) -> (ServiceFixture, StartedGateway) {
    let listener = TcpListener::bind(ephemeral_address())
        .await
        .expect("a port");
    let fixture = ServiceFixture::new().await;
    enter_endpoint(&fixture, listener.local_addr().ok()).await;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap_or_default());
            }
            tokio::time::sleep(delay).await;
            // The client may have disconnected.
            let _sent = stream.write_all(&response).await;
        }
    });
    let gateway = start_gateway(&fixture, on_any_port()).await;
    (fixture, gateway)
}

fn with_length(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Sends `count` pipelined requests without a key.
async fn flood(address: SocketAddr, count: u64) {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let (mut reading, mut writing) = stream.split();
    let request = "GET /flood HTTP/1.1\r\nHost: a\r\n\r\n";
    let sending = async {
        for _ in 1..count {
            let sent = writing.write_all(request.as_bytes()).await;
            sent.expect("the connection is kept");
        }
        let last = request.replace("Host", "Connection: close\r\nHost");
        writing.write_all(last.as_bytes()).await.expect("sent");
    };
    let mut responses = Vec::new();
    let (read, ()) = tokio::join!(reading.read_to_end(&mut responses), sending);
    read.expect("responses until EOF");
    let responses = String::from_utf8(responses).expect("text");
    let rejected = responses.matches("HTTP/1.1 401 ").count() as u64;
    assert_eq!(rejected, count, "every request is decided");
}

#[tokio::test]
async fn test_request_returns_response_and_decision() {
    let (fixture, gateway) = start_sample_gateway().await;
    let request = TestRequest {
        method: "POST",
        path: "/products?from=test",
        headers: &[],
        body: Some(r#"{"name": "Table"}"#.to_owned()),
        key: Some(&fixture.write_key.text),
        key_location: &KeyLocation::Default,
    };
    let reply = send(&gateway, request).await.expect("a response");
    assert_eq!(reply.status.as_u16(), 201);
    assert_eq!(reply.headers["content-type"], "application/json");
    let product: serde_json::Value = serde_json::from_slice(&reply.body).expect("JSON");
    assert_eq!(product["name"], "Table", "the body is sent unchanged");
    assert_eq!(reply.length, reply.body.len() as u64);
    assert!(!reply.duration.is_zero());
    let decision = reply.decision.expect("the request's decision");
    assert_eq!(
        (
            decision.method.as_str(),
            decision.path.as_str(),
            decision.access,
            decision.outcome
        ),
        (
            "POST",
            "/products",
            Access::Key(Permission::Write),
            Outcome::Allowed
        )
    );
    let key = decision.key.as_ref().expect("the key");
    assert_eq!(key.id, fixture.write_key.id);
    assert!(
        !format!("{decision:?}").contains(&fixture.write_key.text),
        "decisions contain no key"
    );
}

#[tokio::test]
async fn test_request_sends_key_at_configured_location() {
    let (fixture, gateway) = start_sample_gateway().await;
    for text in ["x-api-key", "bearer", "header:x-acme-key", "default"] {
        let location: KeyLocation = text.parse().expect("a location");
        choose_key_location(&fixture, &location).await;
        gateway.running.reload().await.expect("applied");
        let request = TestRequest {
            key_location: &location,
            ..get("/products", &fixture.read_key.text)
        };
        let reply = send(&gateway, request).await.expect("a response");
        assert_eq!(
            reply.status.as_u16(),
            200,
            "{text}: the key is sent at the configured location"
        );
    }
}

#[tokio::test]
async fn test_request_sends_added_headers_and_rejects_those_that_frame_it() {
    let (fixture, gateway) = start_echo_gateway().await;
    let key = &fixture.read_key.text;
    let header = |name: &str, value: &str| [(name.to_owned(), value.to_owned())];
    for (name, value, expected) in [
        ("X-Request-Id", "7", Some("x-request-id: 7")),
        ("Accept-Language", "de", Some("accept-language: de")),
        ("X-Real-IP", "192.0.2.9", None),
    ] {
        let headers = header(name, value);
        let request = TestRequest {
            headers: &headers,
            ..get("/", key)
        };
        let reply = send(&gateway, request).await.expect("a response");
        let body = String::from_utf8_lossy(&reply.body).to_lowercase();
        let is_received = body.contains(&format!("{}: {value}", name.to_lowercase()));
        assert_eq!(
            is_received,
            expected.is_some(),
            "{name} passes unless only a proxy may set it: {body}"
        );
    }
    for (name, value) in [
        ("Content-Length", "5"),
        ("transfer-encoding", "chunked"),
        ("Connection", "close"),
        ("X-Keystile-Trace", "1"),
        ("two words", "1"),
        ("X-Line", "a\r\nX-Second: b"),
    ] {
        let headers = header(name, value);
        let request = TestRequest {
            headers: &headers,
            ..get("/", key)
        };
        let error = send(&gateway, request).await.expect_err(name);
        assert_eq!(error_code(&error), "invalid_header", "{name}");
    }
}

#[tokio::test]
async fn denied_test_request_returns_response_with_reason() {
    let (fixture, gateway) = start_sample_gateway().await;
    let request = TestRequest {
        method: "POST",
        ..get("/products", &fixture.read_key.text)
    };
    let reply = send(&gateway, request).await.expect("a response");
    let decision = reply.decision.expect("the request's decision");
    assert_eq!(
        (reply.status.as_u16(), decision.outcome),
        (403, Outcome::Denied(DecisionCode::InsufficientScope))
    );
    let request = TestRequest {
        key: None,
        ..get("/products", "")
    };
    let reply = send(&gateway, request).await.expect("a response");
    let decision = reply.decision.expect("the request's decision");
    assert_eq!(
        (reply.status.as_u16(), decision.outcome),
        (401, Outcome::Denied(DecisionCode::MissingKey))
    );
}

#[tokio::test]
async fn test_request_returns_binary_body_unchanged() {
    let body: Vec<u8> = (0..=255).cycle().take(4_096).collect();
    let (fixture, gateway) = start_with_response(with_length(&body), Duration::ZERO).await;
    let reply = send(&gateway, get("/picture", &fixture.read_key.text)).await;
    let reply = reply.expect("a response");
    assert!(reply.body == body, "the body is not decoded as text");
    assert_eq!(reply.length, 4_096);
}

#[tokio::test]
async fn test_request_truncates_long_body_and_reports_length() {
    let body: Vec<u8> = b"0123456789".repeat(100_000);
    let (fixture, gateway) = start_with_response(with_length(&body), Duration::ZERO).await;
    let reply = send(&gateway, get("/export", &fixture.read_key.text)).await;
    let reply = reply.expect("a response");
    assert_eq!(reply.length, 1_000_000);
    assert!(
        reply.body.len() == 256 * 1024 && body.starts_with(&reply.body),
        "{} bytes are returned",
        reply.body.len()
    );
}

#[tokio::test]
async fn test_request_stops_reading_endless_body() {
    let mut endless = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n".to_vec();
    endless.resize(20 * 1024 * 1024, b'x');
    let (fixture, gateway) = start_with_response(endless, Duration::ZERO).await;
    let reply = send(&gateway, get("/log", &fixture.read_key.text)).await;
    let length = reply.expect("a response").length;
    assert!(
        (16 * 1024 * 1024..20 * 1024 * 1024).contains(&length),
        "{length} bytes were read"
    );
}

#[tokio::test]
async fn test_request_finds_its_decision_among_thousands() {
    let (fixture, gateway) =
        start_with_response(with_length(b"at last"), Duration::from_millis(1_500)).await;
    let address = gateway.running.address().tcp().expect("TCP");
    let pending = send(&gateway, get("/slow", &fixture.read_key.text));
    let (reply, ()) = tokio::join!(pending, flood(address, FLOOD_SIZE));
    let reply = reply.expect("a response");
    assert_eq!(reply.body, "at last");
    let decision = reply
        .decision
        .expect("the decision is received despite more decisions than the channel buffers");
    assert_eq!(
        (decision.path.as_str(), decision.outcome),
        ("/slow", Outcome::Allowed)
    );
}

#[tokio::test]
async fn slow_subscriber_loses_oldest_decisions_and_gets_count() {
    let (_fixture, gateway) = start_sample_gateway().await;
    let mut slow = gateway.running.decisions();
    flood(gateway.running.address().tcp().expect("TCP"), FLOOD_SIZE).await;
    assert_eq!(
        slow.recv().await.err(),
        Some(RecvError::Lagged(FLOOD_SIZE - CHANNEL_CAPACITY)),
        "the channel keeps no more decisions for a slow subscriber"
    );
    let mut remaining = 0;
    while slow.try_recv().is_ok() {
        remaining += 1;
    }
    assert_eq!(remaining, CHANNEL_CAPACITY);
    assert_eq!(slow.try_recv().err(), Some(TryRecvError::Empty));
}

#[tokio::test]
async fn stopped_gateway_is_an_error_not_a_denial() {
    let (fixture, gateway) = start_sample_gateway().await;
    gateway.running.stop().await;
    let error = send(&gateway, get("/products", &fixture.read_key.text)).await;
    let error = error.expect_err("the gateway has stopped");
    assert_eq!(error_code(&error), "no_response");
    assert!(!error_help(&error).is_empty(), "the error has advice");
}

#[tokio::test]
async fn invalid_test_request_fails_before_sending() {
    let (fixture, gateway) = start_sample_gateway().await;
    let mut decisions = gateway.running.decisions();
    let key = fixture.read_key.text.as_str();
    for (request, code) in [
        (get("/products", "ks_stag_1\0"), "invalid_key_characters"),
        (
            get("/products", "ks_stag_1\r\nX-Second: 2"),
            "invalid_key_characters",
        ),
        (get("products", key), "invalid_path"),
        (get("/two words", key), "invalid_path"),
        (get("http://elsewhere.example/", key), "invalid_path"),
        (
            TestRequest {
                method: "GET /",
                ..get("/products", key)
            },
            "invalid_method",
        ),
        (
            TestRequest {
                method: "CONNECT",
                ..get("/products", key)
            },
            "invalid_path",
        ),
    ] {
        let error = send(&gateway, request).await.expect_err(code);
        assert_eq!(error_code(&error), code);
        assert!(
            !format!("{error:?}").contains("ks_stag_"),
            "errors contain no key"
        );
    }
    assert_eq!(
        decisions.try_recv().err(),
        Some(TryRecvError::Empty),
        "no request was sent"
    );
}
