//! Tests of the gateway's authorization, its headers, and its decisions.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use keystile_gateway::{Decision, Endpoint, Gateway, Outcome, Settings};
use keystile_guard::DecisionCode;
use keystile_tests::diagnostic::error_code;
use keystile_verifier::Verifier;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;

use crate::fixture::ServiceFixture;
use crate::proxies::ProtectedApi;
use crate::proxy_checks::{self, send};
use crate::{echo_upstream, raw_http::call};

pub(crate) fn ephemeral_address() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

pub(crate) fn upstream(api: SocketAddr) -> Endpoint {
    Endpoint::parse(&format!("http://{api}")).expect("an endpoint")
}

/// Starts a gateway in front of an upstream, until the test ends.
pub(crate) async fn protect(api: SocketAddr, change: fn(&mut Settings)) -> ProtectedApi {
    protect_endpoint(upstream(api), change).await
}

/// Starts a gateway in front of an endpoint.
pub(crate) async fn protect_endpoint(
    endpoint: Endpoint,
    change: fn(&mut Settings),
) -> ProtectedApi {
    let fixture = ServiceFixture::new().await;
    let mut settings = Settings::new(ephemeral_address(), fixture.environment, endpoint);
    change(&mut settings);
    let gateway = bind_gateway(&fixture, settings).await;
    spawn_gateway(fixture, gateway)
}

/// Binds a gateway on the fixture's store. It accepts requests once it runs.
pub(crate) async fn bind_gateway(fixture: &ServiceFixture, settings: Settings) -> Gateway {
    let verifier = Verifier::open(&fixture.store_path())
        .await
        .expect("a verifier");
    let gateway = Gateway::bind(verifier, settings).await;
    gateway.expect("a gateway")
}

fn spawn_gateway(fixture: ServiceFixture, gateway: Gateway) -> ProtectedApi {
    let address = gateway.address().tcp().expect("TCP");
    tokio::spawn(gateway.run(std::future::pending()));
    ProtectedApi {
        fixture,
        address,
        child: None,
    }
}

/// Starts a gateway and subscribes to its decisions.
async fn gateway_with_decisions(
    api: SocketAddr,
) -> (ProtectedApi, broadcast::Receiver<Arc<Decision>>) {
    let fixture = ServiceFixture::new().await;
    let settings = Settings::new(ephemeral_address(), fixture.environment, upstream(api));
    let gateway = bind_gateway(&fixture, settings).await;
    let decisions = gateway.decisions();
    (spawn_gateway(fixture, gateway), decisions)
}

async fn gateway() -> ProtectedApi {
    protect(echo_upstream::start().await, |_| {}).await
}

#[tokio::test]
async fn gateway_forwards_only_authorized_requests() {
    proxy_checks::forwards_only_authorized_requests(&gateway().await).await;
}

#[tokio::test]
async fn gateway_sets_identity_headers_and_removes_forged_ones() {
    proxy_checks::sets_identity_headers(&gateway().await).await;
}

#[tokio::test]
async fn gateway_rejects_revoked_key_on_next_request() {
    proxy_checks::rejects_revoked_key_on_next_request(&gateway().await).await;
}

#[tokio::test]
async fn gateway_replaces_forwarding_and_override_headers() {
    let guarded = gateway().await;
    let forged = "X-Forwarded-For: 192.0.2.1\r\nForwarded: for=192.0.2.1\r\nX-Real-IP: 192.0.2.1\r\nX_Forwarded_For: 192.0.2.1\r\n\
        X-HTTP-Method-Override: DELETE\r\nConnection: X-Secret\r\nX-Secret: only here";
    let head = format!("GET /orders\r\n{forged}");
    let reply = send(&guarded, &head, &guarded.fixture.write_key.text, "").await;
    assert_eq!(reply.status, 200, "{reply:?}");
    for value in ["192.0.2.1", "DELETE", "only here", "override"] {
        assert!(
            !reply.body.contains(value),
            "{value} comes from the client and must be removed: {}",
            reply.body
        );
    }
    for expected in [
        "x-forwarded-for: 127.0.0.1",
        "x-forwarded-proto: http",
        "x-forwarded-host: api.example",
    ] {
        assert!(
            reply.body.lines().any(|line| line == expected),
            "{expected} must replace the client's value: {}",
            reply.body
        );
    }
}

#[tokio::test]
async fn upstream_gets_its_own_host_if_configured() {
    let api = echo_upstream::start().await;
    let guarded = protect(api, |settings| settings.routing.preserve_host = false).await;
    let reply = send(&guarded, "GET /", &guarded.fixture.read_key.text, "").await;
    assert!(
        reply
            .body
            .lines()
            .any(|line| line == format!("host: {api}")),
        "{}",
        reply.body
    );
}

#[tokio::test]
async fn upstream_failure_becomes_problem_response() {
    let listener = std::net::TcpListener::bind(ephemeral_address()).expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let guarded = protect(address, |_| {}).await;
    let key = guarded.fixture.read_key.text.clone();
    let reply = send(&guarded, "GET /", &key, "").await;
    assert_eq!(
        (reply.status, reply.code()),
        (502, "upstream_unreachable".to_owned())
    );

    let silent = tokio::net::TcpListener::bind(ephemeral_address())
        .await
        .expect("a port");
    let address = silent.local_addr().expect("an address");
    let guarded = protect(address, |settings| {
        settings.limits.response = Duration::from_millis(300);
    })
    .await;
    let key = guarded.fixture.read_key.text.clone();
    let reply = send(&guarded, "GET /", &key, "").await;
    assert_eq!(
        (reply.status, reply.code()),
        (504, "upstream_timeout".to_owned())
    );

    tokio::spawn(async move {
        while let Ok((stream, _)) = silent.accept().await {
            drop(stream);
        }
    });
    let reply = send(&guarded, "POST /", &guarded.fixture.write_key.text, "x").await;
    assert_eq!(
        (reply.status, reply.code()),
        (502, "upstream_response_invalid".to_owned())
    );
}

#[tokio::test]
async fn decision_has_reason_but_no_key_and_no_query() {
    let (guarded, mut decisions) = gateway_with_decisions(echo_upstream::start().await).await;
    let reader = guarded.fixture.read_key.text.clone();
    for (head, key, status, outcome, name) in [
        (
            "GET /orders?page=2",
            reader.as_str(),
            200,
            Outcome::Allowed,
            Some("ci reader"),
        ),
        (
            "POST /orders",
            &reader,
            403,
            Outcome::Denied(DecisionCode::InsufficientScope),
            Some("ci reader"),
        ),
        (
            "GET /orders",
            "nonsense",
            401,
            Outcome::Denied(DecisionCode::InvalidKey),
            None,
        ),
        (
            "GET /orders",
            "",
            401,
            Outcome::Denied(DecisionCode::MissingKey),
            None,
        ),
        (
            "GET /orders?token=x",
            "",
            400,
            Outcome::Denied(DecisionCode::KeyInUrl),
            None,
        ),
    ] {
        send(&guarded, head, key, "").await;
        let decision = decisions.recv().await.expect("a decision");
        assert_eq!(
            (decision.outcome, decision.status),
            (outcome, status),
            "{head}"
        );
        assert_eq!(
            decision.key.as_ref().map(|key| key.name.as_str()),
            name,
            "{head}"
        );
        assert_eq!(
            decision.path, "/orders",
            "decisions contain no query string"
        );
    }
}

#[tokio::test]
async fn decision_about_failed_request_has_its_status() {
    let unreachable = SocketAddr::from(([127, 0, 0, 1], 9));
    let (guarded, mut decisions) = gateway_with_decisions(unreachable).await;
    let reader = guarded.fixture.read_key.text.clone();
    assert_eq!(send(&guarded, "GET /orders", &reader, "").await.status, 502);
    let decision = decisions.recv().await.expect("a decision");
    assert_eq!(
        (decision.outcome, decision.status),
        (Outcome::NoResponse(DecisionCode::UpstreamUnreachable), 502),
        "the key was accepted, and the upstream failed"
    );
    assert_eq!(
        decision.key.as_ref().map(|key| key.name.as_str()),
        Some("ci reader")
    );
    assert!(decisions.is_empty(), "a request has one decision");
}

#[tokio::test]
async fn decision_has_duration_until_slow_response() {
    let upstream = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = upstream.local_addr().expect("an address");
    let (guarded, mut decisions) = gateway_with_decisions(address).await;
    let start = Instant::now();
    let upstream = async {
        let (mut stream, _) = upstream.accept().await.expect("a connection");
        let mut head = [0; 4096];
        let _request = stream.read(&mut head).await;
        // Responds after more time than the authorization can have taken.
        let forwarded = Instant::now();
        tokio::time::sleep(start.elapsed()).await;
        let held = forwarded.elapsed();
        let _sent = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
        held
    };
    let reader = guarded.fixture.read_key.text.clone();
    let (reply, held) = tokio::join!(send(&guarded, "GET /slow", &reader, ""), upstream);
    let total = start.elapsed();
    assert_eq!(reply.status, 204);
    let decision = decisions.recv().await.expect("a decision");
    assert_eq!((decision.outcome, decision.status), (Outcome::Allowed, 204));
    assert!(
        (held..=total).contains(&decision.duration),
        "the duration ends with the response: {:?} of {total:?}",
        decision.duration
    );
}

#[tokio::test]
async fn aborted_request_has_a_decision() {
    let upstream = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = upstream.local_addr().expect("an address");
    let (guarded, mut decisions) = gateway_with_decisions(address).await;
    let mut client = TcpStream::connect(guarded.address)
        .await
        .expect("the gateway");
    let request = format!(
        "GET /slow HTTP/1.1\r\nHost: a\r\nX-API-KEY: {}\r\n\r\n",
        guarded.fixture.read_key.text
    );
    client
        .write_all(request.as_bytes())
        .await
        .expect("a request");
    let _never_responds = upstream.accept().await.expect("a forwarded request");
    drop(client);
    let decision = decisions.recv().await.expect("a decision");
    assert_eq!(
        (decision.outcome, decision.status),
        (Outcome::Allowed, 499),
        "the request reached the upstream"
    );
}

#[tokio::test]
async fn unsupported_request_target_is_not_forwarded() {
    let guarded = gateway().await;
    let key = &guarded.fixture.write_key.text;
    let connect =
        format!("CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: 127.0.0.1:1\r\nX-API-KEY: {key}\r\n\r\n");
    let reply = call(guarded.address, connect).await.expect("a response");
    assert_eq!(
        (reply.status, reply.code()),
        (400, "unsupported_target".to_owned())
    );
    let two_lengths = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nX-API-KEY: {key}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /second HTTP/1.1\r\n\r\n"
    );
    let reply = call(guarded.address, two_lengths)
        .await
        .expect("a response");
    assert!(
        !reply.body.contains("content-length: 3"),
        "the upstream never gets two lengths: {reply:?}"
    );
}

#[tokio::test]
async fn gateway_rejects_remote_address_by_default() {
    let fixture = ServiceFixture::new().await;
    let settings = Settings::new(
        SocketAddr::from(([0, 0, 0, 0], 0)),
        fixture.environment,
        upstream(SocketAddr::from(([127, 0, 0, 1], 1))),
    );
    let verifier = Verifier::open(&fixture.store_path())
        .await
        .expect("a verifier");
    let error = Gateway::bind(verifier, settings)
        .await
        .expect_err("refused");
    assert_eq!(error_code(&error), "remote_not_allowed");
    for invalid in [
        "https://",
        "https://api.example?x=1",
        "localhost:8000",
        "ftp://x",
        "http://u:p@x/",
    ] {
        assert!(
            Endpoint::parse(invalid).is_err(),
            "{invalid} is not a valid endpoint"
        );
    }
}
