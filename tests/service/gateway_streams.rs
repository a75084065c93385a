//! Tests of streams and WebSockets, which end when their key is revoked.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::gateway::{ephemeral_address, protect};
use crate::rotation::rotate;

/// How long a stream of a revoked key may last: one second, and time for a slow machine.
const CHANGE_TIMEOUT: Duration = Duration::from_secs(4);

/// Starts an upstream that sends the same response to each request, then runs `then`.
async fn api<F>(response: &'static str, then: fn(TcpStream) -> F) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind(ephemeral_address())
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.unwrap_or_default());
                }
                if stream.write_all(response.as_bytes()).await.is_ok() {
                    then(stream).await;
                }
            });
        }
    });
    address
}

async fn echo(mut stream: TcpStream) {
    let mut part = [0_u8; 1024];
    while let Ok(count @ 1..) = stream.read(&mut part).await {
        if stream.write_all(&part[..count]).await.is_err() {
            return;
        }
    }
}

async fn stay_silent(_stream: TcpStream) {
    std::future::pending::<()>().await;
}

async fn send_get(address: SocketAddr, lines: &str, key: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let request = format!("GET /live HTTP/1.1\r\nHost: a\r\nX-API-KEY: {key}\r\n{lines}\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    stream
}

/// Reads until these bytes, inclusive.
async fn read_to(stream: &mut TcpStream, end: &str) -> String {
    let mut seen = Vec::new();
    while !seen.ends_with(end.as_bytes()) {
        let byte = tokio::time::timeout(Duration::from_secs(10), stream.read_u8()).await;
        seen.push(byte.expect("bytes come").expect("the stream continues"));
    }
    String::from_utf8(seen).expect("text")
}

async fn expect_end(stream: &mut TcpStream, kind: &str) {
    let started_at = Instant::now();
    let mut rest = Vec::new();
    // It may be closed or reset.
    let ended = tokio::time::timeout(CHANGE_TIMEOUT, stream.read_to_end(&mut rest)).await;
    assert!(
        ended.is_ok(),
        "{kind} continues {:?} after its key was revoked",
        started_at.elapsed()
    );
}

const WEBSOCKET: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const SWITCHING_PROTOCOLS: &str =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

#[tokio::test]
async fn websocket_works_until_key_is_revoked() {
    let guarded = protect(api(SWITCHING_PROTOCOLS, echo).await, |_| {}).await;
    let writer = &guarded.fixture.write_key;
    let mut stream = send_get(guarded.address, WEBSOCKET, &writer.text).await;
    let head = read_to(&mut stream, "\r\n\r\n").await;
    assert!(
        head.starts_with("HTTP/1.1 101 ") && head.contains("upgrade: websocket"),
        "{head}"
    );
    stream.write_all(b"ping.").await.expect("sent");
    assert_eq!(read_to(&mut stream, ".").await, "ping.");
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    stream.write_all(b"still here.").await.expect("sent");
    assert_eq!(
        read_to(&mut stream, ".").await,
        "still here.",
        "an active key keeps its stream after revalidation"
    );
    guarded.fixture.revoke_key(writer.id).await;
    expect_end(&mut stream, "a WebSocket").await;
}

#[tokio::test]
async fn websocket_ends_with_its_secret_when_the_key_is_rotated() {
    let guarded = protect(api(SWITCHING_PROTOCOLS, echo).await, |_| {}).await;
    let key = &guarded.fixture.write_key;
    let mut old = send_get(guarded.address, WEBSOCKET, &key.text).await;
    read_to(&mut old, "\r\n\r\n").await;
    let text = rotate(&guarded.fixture, key.id, Duration::ZERO).await;
    let mut new = send_get(guarded.address, WEBSOCKET, &text).await;
    read_to(&mut new, "\r\n\r\n").await;
    expect_end(&mut old, "a WebSocket of the old secret").await;
    new.write_all(b"still here.").await.expect("sent");
    assert_eq!(read_to(&mut new, ".").await, "still here.");
}

#[tokio::test]
async fn silent_stream_ends_when_key_is_revoked() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 1000\r\n\r\ndata: 1\n\n";
    let guarded = protect(api(head, stay_silent).await, |_| {}).await;
    let reader = &guarded.fixture.read_key;
    let mut stream = send_get(guarded.address, "", &reader.text).await;
    let seen = read_to(&mut stream, "data: 1\n\n").await;
    assert!(
        seen.starts_with("HTTP/1.1 200 "),
        "received bytes are forwarded before the end: {seen}"
    );
    guarded.fixture.revoke_key(reader.id).await;
    expect_end(&mut stream, "a stream").await;
}

#[tokio::test]
async fn stream_continues_when_another_key_is_revoked() {
    let guarded = protect(api(SWITCHING_PROTOCOLS, echo).await, |_| {}).await;
    let mut stream = send_get(guarded.address, WEBSOCKET, &guarded.fixture.write_key.text).await;
    read_to(&mut stream, "\r\n\r\n").await;
    guarded
        .fixture
        .revoke_key(guarded.fixture.read_key.id)
        .await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    stream.write_all(b"ping.").await.expect("sent");
    assert_eq!(read_to(&mut stream, ".").await, "ping.");
}

#[tokio::test]
async fn upgrade_other_than_websocket_is_not_forwarded() {
    let api = crate::echo_upstream::start().await;
    let guarded = protect(api, |_| {}).await;
    let lines =
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n";
    let mut stream = send_get(guarded.address, lines, &guarded.fixture.write_key.text).await;
    let head = read_to(&mut stream, "\r\n\r\n").await;
    assert!(
        head.starts_with("HTTP/1.1 200 "),
        "the upgrade is ignored: {head}"
    );
    let body = read_to(&mut stream, "\n\n").await;
    assert!(
        !body.contains("h2c") && !body.contains("http2-settings"),
        "requests inside HTTP/2 would bypass the gateway: {body}"
    );
}

#[tokio::test]
async fn upload_fails_when_key_is_revoked() {
    let guarded = protect(api("", stay_silent).await, |_| {}).await;
    let writer = &guarded.fixture.write_key;
    let mut stream = TcpStream::connect(guarded.address)
        .await
        .expect("a connection");
    let head = format!(
        "POST /live HTTP/1.1\r\nHost: a\r\nX-API-KEY: {}\r\nContent-Length: 100\r\n\r\nbegins",
        writer.text
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    tokio::time::sleep(Duration::from_millis(100)).await;
    guarded.fixture.revoke_key(writer.id).await;
    let reply = tokio::time::timeout(CHANGE_TIMEOUT, crate::raw_http::read(&mut stream)).await;
    let reply = reply.expect("the upload ends").expect("a response");
    assert_eq!(
        (reply.status, reply.code()),
        (401, "key_rejected".to_owned()),
        "the upstream did not fail: {reply:?}"
    );
}
