//! The gateway promises what a proxy with the service promises, without one; and says what became of each request.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use keystile_gateway::{Decision, Endpoint, Gateway, Outcome, Settings};
use keystile_guard::DecisionCode;
use keystile_verifier::Verifier;
use tokio::sync::broadcast;

use crate::fixture::ServiceFixture;
use crate::guarded::{self, send};
use crate::proxies::Guarded;
use crate::{api, caller::call};

pub(crate) fn ephemeral_address() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

pub(crate) fn upstream(api: SocketAddr) -> Endpoint {
    Endpoint::parse(&format!("http://{api}")).expect("an endpoint")
}

/// A gateway before an API at this address, for as long as the test runs.
pub(crate) async fn before(api: SocketAddr, change: fn(&mut Settings)) -> Guarded {
    standing_before(upstream(api), change).await
}

/// As [`before`], with whatever stands behind it.
pub(crate) async fn standing_before(behind: Endpoint, change: fn(&mut Settings)) -> Guarded {
    let fixture = ServiceFixture::new().await;
    let mut settings = Settings::new(ephemeral_address(), fixture.environment, behind);
    change(&mut settings);
    let gateway = bound(&fixture, settings).await;
    running(fixture, gateway)
}

/// A gateway on the store of the fixture, which does not answer yet.
pub(crate) async fn bound(fixture: &ServiceFixture, settings: Settings) -> Gateway {
    let verifier = Verifier::open(&fixture.store_path())
        .await
        .expect("a verifier");
    let gateway = Gateway::bind(verifier, settings).await;
    gateway.expect("a gateway")
}

fn running(fixture: ServiceFixture, gateway: Gateway) -> Guarded {
    let address = gateway.address().tcp().expect("TCP");
    tokio::spawn(gateway.run(std::future::pending()));
    Guarded {
        fixture,
        address,
        child: None,
    }
}

/// A gateway before an API at this address, and what it decides.
async fn told_before(api: SocketAddr) -> (Guarded, broadcast::Receiver<Arc<Decision>>) {
    let fixture = ServiceFixture::new().await;
    let settings = Settings::new(ephemeral_address(), fixture.environment, upstream(api));
    let gateway = bound(&fixture, settings).await;
    let decisions = gateway.decisions();
    (running(fixture, gateway), decisions)
}

async fn gateway() -> Guarded {
    before(api::start().await, |_| {}).await
}

#[tokio::test]
async fn the_gateway_lets_through_what_the_key_may_and_nothing_else() {
    guarded::lets_through_what_the_key_may(&gateway().await).await;
}

#[tokio::test]
async fn the_gateway_tells_the_api_who_asks_and_lets_nobody_pretend() {
    guarded::tells_the_api_who_asks(&gateway().await).await;
}

#[tokio::test]
async fn the_gateway_refuses_a_revoked_key_at_once() {
    guarded::refuses_a_revoked_key_at_once(&gateway().await).await;
}

#[tokio::test]
async fn what_a_caller_says_about_its_way_and_its_method_ends_at_the_gateway() {
    let guarded = gateway().await;
    let said = "X-Forwarded-For: 192.0.2.1\r\nForwarded: for=192.0.2.1\r\nX-Real-IP: 192.0.2.1\r\nX_Forwarded_For: 192.0.2.1\r\n\
        X-HTTP-Method-Override: DELETE\r\nConnection: X-Secret\r\nX-Secret: only here";
    let head = format!("GET /orders\r\n{said}");
    let reply = send(&guarded, &head, &guarded.fixture.write_key.text, "").await;
    assert_eq!(reply.status, 200, "{reply:?}");
    for ended in ["192.0.2.1", "DELETE", "only here", "override"] {
        assert!(
            !reply.body.contains(ended),
            "{ended} was said by the caller alone: {}",
            reply.body
        );
    }
    for told in [
        "x-forwarded-for: 127.0.0.1",
        "x-forwarded-proto: http",
        "x-forwarded-host: api.example",
    ] {
        assert!(
            reply.body.lines().any(|line| line == told),
            "{told} is told anew: {}",
            reply.body
        );
    }
}

#[tokio::test]
async fn the_api_sees_its_own_host_when_that_is_wished() {
    let api = api::start().await;
    let guarded = before(api, |settings| settings.routing.preserve_host = false).await;
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
async fn an_api_that_is_not_there_or_too_slow_or_broken_is_told_as_a_problem() {
    let nobody = std::net::TcpListener::bind(ephemeral_address()).expect("a port");
    let address = nobody.local_addr().expect("an address");
    drop(nobody);
    let guarded = before(address, |_| {}).await;
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
    let guarded = before(address, |settings| {
        settings.limits.response = Duration::from_millis(300);
    })
    .await;
    let key = guarded.fixture.read_key.text.clone();
    let reply = send(&guarded, "GET /", &key, "").await;
    assert_eq!(
        (reply.status, reply.code()),
        (504, "upstream_slow".to_owned())
    );

    tokio::spawn(async move {
        while let Ok((stream, _)) = silent.accept().await {
            drop(stream);
        }
    });
    let reply = send(&guarded, "POST /", &guarded.fixture.write_key.text, "x").await;
    assert_eq!(
        (reply.status, reply.code()),
        (502, "upstream_broken".to_owned())
    );
}

#[tokio::test]
async fn every_decision_is_told_with_its_reason_and_without_a_key_or_a_query() {
    let (guarded, mut decisions) = told_before(api::start().await).await;
    let reader = guarded.fixture.read_key.text.clone();
    for (head, key, outcome, name) in [
        (
            "GET /orders?page=2",
            reader.as_str(),
            Outcome::Accepted,
            Some("ci reader"),
        ),
        (
            "POST /orders",
            &reader,
            Outcome::Refused(DecisionCode::InsufficientScope),
            Some("ci reader"),
        ),
        (
            "GET /orders",
            "nonsense",
            Outcome::Refused(DecisionCode::InvalidKey),
            None,
        ),
        (
            "GET /orders",
            "",
            Outcome::Refused(DecisionCode::CredentialsMissing),
            None,
        ),
        (
            "GET /orders?token=x",
            "",
            Outcome::Refused(DecisionCode::KeyInQuery),
            None,
        ),
    ] {
        send(&guarded, head, key, "").await;
        let told = decisions.recv().await.expect("a decision");
        assert_eq!(told.outcome, outcome, "{head}");
        assert_eq!(
            told.key.as_ref().map(|key| key.name.as_str()),
            name,
            "{head}"
        );
        assert_eq!(
            told.path, "/orders",
            "a query string may hold anything, so it is not told"
        );
    }
}

#[tokio::test]
async fn what_the_api_did_not_answer_is_told_again_under_the_same_number() {
    let nobody = SocketAddr::from(([127, 0, 0, 1], 9));
    let (guarded, mut decisions) = told_before(nobody).await;
    let reader = guarded.fixture.read_key.text.clone();
    assert_eq!(send(&guarded, "GET /orders", &reader, "").await.status, 502);
    let (first, again) = (decisions.recv().await, decisions.recv().await);
    let (first, again) = (first.expect("a decision"), again.expect("its end"));
    assert_eq!(first.outcome, Outcome::Accepted, "the key was good");
    assert_eq!(
        again.outcome,
        Outcome::Unanswered(DecisionCode::UpstreamUnreachable),
        "who reads only “accepted” looks for the error in the wrong place"
    );
    assert_eq!((first.number, first.at), (again.number, again.at));
    assert_eq!(
        again.key.as_ref().map(|key| key.name.as_str()),
        Some("ci reader")
    );
}

#[tokio::test]
async fn a_request_that_is_none_for_a_gateway_reaches_no_api() {
    let guarded = gateway().await;
    let key = &guarded.fixture.write_key.text;
    let connect =
        format!("CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: 127.0.0.1:1\r\nX-API-KEY: {key}\r\n\r\n");
    let reply = call(guarded.address, connect).await.expect("an answer");
    assert_eq!(
        (reply.status, reply.code()),
        (400, "not_for_a_gateway".to_owned())
    );
    let two = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nX-API-KEY: {key}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /second HTTP/1.1\r\n\r\n"
    );
    let reply = call(guarded.address, two).await.expect("an answer");
    assert!(
        !reply.body.contains("content-length: 3"),
        "the API is never told two lengths: {reply:?}"
    );
}

#[tokio::test]
async fn a_gateway_listens_on_loopback_only() {
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
    assert_eq!(error.code(), "remote_not_allowed");
    for wrong in [
        "https://",
        "https://api.example?x=1",
        "localhost:8000",
        "ftp://x",
        "http://u:p@x/",
    ] {
        assert!(Endpoint::parse(wrong).is_err(), "{wrong} is no endpoint");
    }
}
