//! Tests of slow clients of the service.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::fixture::{ServiceFixture, local_settings};
use crate::raw_http::{call, read};

async fn short_timeouts() -> ServiceFixture {
    let mut settings = local_settings();
    settings.limits.head = Duration::from_millis(600);
    settings.limits.body = Duration::from_millis(600);
    settings.limits.write = Duration::from_millis(600);
    settings.limits.connections = 8;
    ServiceFixture::with_settings(settings).await
}

#[tokio::test]
async fn slow_head_gets_408() {
    let fixture = short_timeouts().await;
    let mut stream = TcpStream::connect(fixture.address)
        .await
        .expect("a connection");
    let started_at = Instant::now();
    let (mut reading, mut writing) = stream.split();
    let slow_send = async {
        for byte in
            b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: yyyyyyyyyyyyyyyyyyyyyy".iter()
        {
            if writing.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let mut bytes = vec![0; 4096];
    let count = tokio::select! {
        count = reading.read(&mut bytes) => count.expect("a response"),
        () = slow_send => panic!("the complete head was read"),
    };
    let text = String::from_utf8_lossy(&bytes[..count]).into_owned();
    assert!(
        text.starts_with("HTTP/1.1 408 "),
        "single bytes must not extend the timeout: {text}"
    );
    assert!(
        text.contains("application/problem+json") && text.contains("request_timeout"),
        "{text}"
    );
    assert!(
        started_at.elapsed() < Duration::from_secs(3),
        "the timeout applies"
    );
}

#[tokio::test]
async fn missing_body_gets_408() {
    let fixture = short_timeouts().await;
    let request = format!(
        "POST /v1/verify HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{",
        fixture.address
    );
    let reply = call(fixture.address, request).await.expect("a response");
    assert_eq!(
        (reply.status, reply.code().as_str()),
        (408, "request_timeout")
    );
}

#[tokio::test]
async fn idle_connections_are_closed_for_other_clients() {
    let fixture = short_timeouts().await;
    let mut idle = Vec::new();
    for _ in 0..20 {
        idle.push(
            TcpStream::connect(fixture.address)
                .await
                .expect("a connection"),
        );
    }
    let started_at = Instant::now();
    assert_eq!(
        fixture.send("GET /healthz").await.status,
        200,
        "idle clients do not block others"
    );
    assert!(
        started_at.elapsed() < Duration::from_secs(8),
        "{:?}",
        started_at.elapsed()
    );
    let mut rest = Vec::new();
    for stream in &mut idle {
        stream.read_to_end(&mut rest).await.expect("EOF");
    }
    assert_eq!(rest, b"", "a client without a request gets no response");
}

#[tokio::test]
async fn client_that_does_not_read_is_disconnected() {
    let fixture = short_timeouts().await;
    let mut stream = TcpStream::connect(fixture.address)
        .await
        .expect("a connection");
    let request = format!(
        "GET /openapi.json HTTP/1.1\r\nHost: {}\r\n\r\n",
        fixture.address
    );
    let ended = tokio::time::timeout(Duration::from_secs(15), async {
        while stream.write_all(request.as_bytes()).await.is_ok() {}
    });
    assert!(
        ended.await.is_ok(),
        "the server closes a connection whose responses are not read"
    );
    assert_eq!(
        fixture.send("GET /healthz").await.status,
        200,
        "other clients are served"
    );
}

#[tokio::test]
async fn connection_serves_many_requests_in_order() {
    let fixture = ServiceFixture::new().await;
    let mut stream = TcpStream::connect(fixture.address)
        .await
        .expect("a connection");
    let host = fixture.address;
    let key = &fixture.read_key.text;
    let request = format!(
        "GET /v1/auth/nginx/{} HTTP/1.1\r\nHost: {host}\r\nX-Original-Method: GET\r\nX-API-KEY: {key}\r\n\r\n",
        fixture.environment
    );
    for _ in 0..50 {
        stream.write_all(request.as_bytes()).await.expect("sent");
        assert_eq!(
            read(&mut stream).await.expect("a response").status,
            200,
            "an allowed request keeps the connection open"
        );
    }
}
