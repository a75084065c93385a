//! One request through a gateway, as the Playground sends it: what came back, and what the gateway decided about it.

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
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use crate::fixture::ServiceFixture;
use crate::gateway::ephemeral_address;
use crate::started::{
    Started, UNTOUCHED, choose_key_location, edit, enter_endpoint, on_any_port, started,
};

/// Decisions that are kept for whoever is slow.
const KEPT: u64 = 1_024;
/// More than that.
const MANY: u64 = 3_000;

async fn send(
    gateway: &Started,
    question: TestRequest<'_>,
) -> Result<TestResponse, TestRequestError> {
    let running = &gateway.running;
    send_test_request(
        running.address().tcp().expect("TCP"),
        running.decisions(),
        question,
    )
    .await
}

fn get<'a>(path: &'a str, key: &'a str) -> TestRequest<'a> {
    TestRequest {
        method: "GET",
        path,
        body: None,
        key: Some(key),
        key_location: &KeyLocation::Default,
    }
}

/// In front of the sample API.
async fn before_the_sample() -> (ServiceFixture, Started) {
    let fixture = ServiceFixture::new().await;
    let fields = GatewayInput {
        sample_upstream: true,
        ..UNTOUCHED
    };
    edit(&fixture, fields).await;
    let gateway = started(&fixture, on_any_port()).await;
    (fixture, gateway)
}

/// In front of an API that answers with these bytes, after this time.
async fn before(answer: Vec<u8>, pause: Duration) -> (ServiceFixture, Started) {
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
            tokio::time::sleep(pause).await;
            // Whoever has heard enough hangs up.
            let _sent = stream.write_all(&answer).await;
        }
    });
    let gateway = started(&fixture, on_any_port()).await;
    (fixture, gateway)
}

fn with_length(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// This many requests that show no key, as fast as one connection carries them.
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
    let mut answers = Vec::new();
    let (read, ()) = tokio::join!(reading.read_to_end(&mut answers), sending);
    read.expect("answers to the end");
    let answers = String::from_utf8(answers).expect("text");
    let answered = answers.matches("HTTP/1.1 401 ").count() as u64;
    assert_eq!(answered, count, "each of them was decided about");
}

#[tokio::test]
async fn status_headers_body_and_the_decision_come_back() {
    let (fixture, gateway) = before_the_sample().await;
    let question = TestRequest {
        method: "POST",
        path: "/products?from=test",
        body: Some(r#"{"name": "Table"}"#.to_owned()),
        key: Some(&fixture.write_key.text),
        key_location: &KeyLocation::Default,
    };
    let reply = send(&gateway, question).await.expect("an answer");
    assert_eq!(reply.status.as_u16(), 201);
    assert_eq!(reply.headers["content-type"], "application/json");
    let product: serde_json::Value = serde_json::from_slice(&reply.body).expect("JSON");
    assert_eq!(product["name"], "Table", "its body was sent as it was");
    assert_eq!(reply.length, reply.body.len() as u64);
    assert!(!reply.took.is_zero());
    let decision = reply.decision.expect("its own");
    assert_eq!(
        (
            decision.method.as_str(),
            decision.path.as_str(),
            decision.need,
            decision.outcome
        ),
        (
            "POST",
            "/products",
            Access::Key(Permission::Write),
            Outcome::Accepted
        )
    );
    let key = decision.key.as_ref().expect("whose it is");
    assert_eq!(key.id, fixture.write_key.id);
    assert!(
        !format!("{decision:?}").contains(&fixture.write_key.text),
        "a key is in no decision"
    );
}

#[tokio::test]
async fn test_request_carries_its_key_where_the_environment_reads_it() {
    let (fixture, gateway) = before_the_sample().await;
    for text in ["x-api-key", "bearer", "header:x-acme-key", "default"] {
        let location: KeyLocation = text.parse().expect("a location");
        choose_key_location(&fixture, &location).await;
        gateway.running.reload().await.expect("applied");
        let question = TestRequest {
            key_location: &location,
            ..get("/products", &fixture.read_key.text)
        };
        let reply = send(&gateway, question).await.expect("an answer");
        assert_eq!(
            reply.status.as_u16(),
            200,
            "{text}: the Playground sends the key where the gateway reads it"
        );
    }
}

#[tokio::test]
async fn a_refused_request_is_an_answer_with_its_reason() {
    let (fixture, gateway) = before_the_sample().await;
    let question = TestRequest {
        method: "POST",
        ..get("/products", &fixture.read_key.text)
    };
    let reply = send(&gateway, question).await.expect("an answer");
    let decision = reply.decision.expect("its own");
    assert_eq!(
        (reply.status.as_u16(), decision.outcome),
        (403, Outcome::Refused(DecisionCode::InsufficientScope))
    );
    let question = TestRequest {
        key: None,
        ..get("/products", "")
    };
    let reply = send(&gateway, question).await.expect("an answer");
    let decision = reply.decision.expect("its own");
    assert_eq!(
        (reply.status.as_u16(), decision.outcome),
        (401, Outcome::Refused(DecisionCode::CredentialsMissing))
    );
}

#[tokio::test]
async fn a_body_of_any_bytes_comes_back_as_it_is() {
    let body: Vec<u8> = (0..=255).cycle().take(4_096).collect();
    let (fixture, gateway) = before(with_length(&body), Duration::ZERO).await;
    let reply = send(&gateway, get("/picture", &fixture.read_key.text)).await;
    let reply = reply.expect("an answer");
    assert!(reply.body == body, "not a byte of it is read as text");
    assert_eq!(reply.length, 4_096);
}

#[tokio::test]
async fn of_a_long_body_the_beginning_is_kept_and_its_length_is_told() {
    let body: Vec<u8> = b"0123456789".repeat(100_000);
    let (fixture, gateway) = before(with_length(&body), Duration::ZERO).await;
    let reply = send(&gateway, get("/export", &fixture.read_key.text)).await;
    let reply = reply.expect("an answer");
    assert_eq!(reply.length, 1_000_000);
    assert!(
        reply.body.len() == 256 * 1024 && body.starts_with(&reply.body),
        "{} bytes are kept",
        reply.body.len()
    );
}

#[tokio::test]
async fn an_endless_body_is_not_read_for_ever() {
    let mut endless = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n".to_vec();
    endless.resize(20 * 1024 * 1024, b'x');
    let (fixture, gateway) = before(endless, Duration::ZERO).await;
    let reply = send(&gateway, get("/log", &fixture.read_key.text)).await;
    let length = reply.expect("an answer").length;
    assert!(
        (16 * 1024 * 1024..20 * 1024 * 1024).contains(&length),
        "{length} bytes were read"
    );
}

#[tokio::test]
async fn its_own_decision_is_found_among_thousands_while_the_api_takes_its_time() {
    let (fixture, gateway) = before(with_length(b"at last"), Duration::from_millis(1_500)).await;
    let address = gateway.running.address().tcp().expect("TCP");
    let asking = send(&gateway, get("/slow", &fixture.read_key.text));
    let (reply, ()) = tokio::join!(asking, flood(address, MANY));
    let reply = reply.expect("an answer");
    assert_eq!(reply.body, "at last");
    let decision = reply
        .decision
        .expect("more were decided about than are kept, and this one was seen when it came");
    assert_eq!(
        (decision.path.as_str(), decision.outcome),
        ("/slow", Outcome::Accepted)
    );
}

#[tokio::test]
async fn a_listener_that_does_not_keep_up_loses_the_oldest_decisions_and_learns_how_many() {
    let (_world, gateway) = before_the_sample().await;
    let mut slow = gateway.running.decisions();
    flood(gateway.running.address().tcp().expect("TCP"), MANY).await;
    assert_eq!(
        slow.recv().await.err(),
        Some(RecvError::Lagged(MANY - KEPT)),
        "nothing more than that is kept for whoever does not listen"
    );
    let mut left = 0;
    while slow.try_recv().is_ok() {
        left += 1;
    }
    assert_eq!(left, KEPT);
    assert_eq!(slow.try_recv().err(), Some(TryRecvError::Empty));
}

#[tokio::test]
async fn a_gateway_that_is_gone_is_told_from_one_that_refuses() {
    let (fixture, gateway) = before_the_sample().await;
    gateway.running.stop().await;
    let error = send(&gateway, get("/products", &fixture.read_key.text)).await;
    let error = error.expect_err("nobody is there");
    assert_eq!(error.code(), "no_answer");
    assert!(!error.advice().is_empty(), "it says what to do");
}

#[tokio::test]
async fn what_cannot_be_sent_is_told_before_anything_is_sent() {
    let (fixture, gateway) = before_the_sample().await;
    let mut decisions = gateway.running.decisions();
    let key = fixture.read_key.text.as_str();
    for (question, code) in [
        (get("/products", "ks_stag_1\0"), "key_characters"),
        (
            get("/products", "ks_stag_1\r\nX-Second: 2"),
            "key_characters",
        ),
        (get("products", key), "path_form"),
        (get("/two words", key), "path_form"),
        (get("http://elsewhere.example/", key), "path_form"),
        (
            TestRequest {
                method: "GET /",
                ..get("/products", key)
            },
            "method_form",
        ),
        (
            TestRequest {
                method: "CONNECT",
                ..get("/products", key)
            },
            "path_form",
        ),
    ] {
        let error = send(&gateway, question).await.expect_err(code);
        assert_eq!(error.code(), code);
        assert!(
            !format!("{error:?}").contains("ks_stag_"),
            "a key is in no error"
        );
    }
    assert_eq!(
        decisions.try_recv().err(),
        Some(TryRecvError::Empty),
        "the gateway was not asked"
    );
}
