//! Tests of downstream and upstream connections of the gateway.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use keystile_gateway::Settings;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::fixture::ServiceFixture;
use crate::gateway::{bind_gateway, ephemeral_address, protect, upstream};
use crate::raw_http::{Reply, call, read};

fn get(key: &str) -> String {
    format!("GET / HTTP/1.1\r\nHost: a\r\nX-API-KEY: {key}\r\n\r\n")
}

async fn send(stream: &mut TcpStream, request: &str) -> Option<Reply> {
    stream.write_all(request.as_bytes()).await.ok()?;
    read(stream).await
}

/// Starts an upstream that sends the same response to each request and counts its connections. It closes a connection
/// after `most` requests.
async fn api(response: &'static str, max_requests: usize) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(ephemeral_address())
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                for _ in 0..max_requests {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        match stream.read_u8().await {
                            Ok(byte) => head.push(byte),
                            Err(_) => return,
                        }
                    }
                    if stream.write_all(response.as_bytes()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    (address, count)
}

const OK_RESPONSE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes";

#[tokio::test]
async fn idle_connection_stays_open_and_slow_head_times_out() {
    let (api, _) = api(OK_RESPONSE, usize::MAX).await;
    let guarded = protect(api, |settings| {
        settings.limits.head = Duration::from_millis(800);
    })
    .await;
    let request = get(&guarded.fixture.read_key.text);
    let mut idle = TcpStream::connect(guarded.address)
        .await
        .expect("a connection");
    let first = send(&mut idle, &request).await.expect("a response");
    assert_eq!(first.status, 200);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let reply = send(&mut idle, &request).await;
    assert_eq!(
        reply.map(|reply| reply.status),
        Some(200),
        "a connection that has sent a request may stay idle"
    );

    for (kind, mut stream) in [
        (
            "a new connection",
            TcpStream::connect(guarded.address)
                .await
                .expect("a connection"),
        ),
        ("one with a recent request", idle),
    ] {
        let started_at = Instant::now();
        stream.write_all(b"GET / HT").await.expect("sent");
        let reply = read(&mut stream).await.expect("a response");
        assert_eq!(
            (reply.status, reply.code()),
            (408, "request_timeout".to_owned()),
            "{kind} with a slow head gets 408"
        );
        assert!(
            started_at.elapsed() >= Duration::from_millis(600)
                && started_at.elapsed() < Duration::from_secs(8),
            "{kind}: the head timeout starts with the first byte: {:?}",
            started_at.elapsed()
        );
    }

    let mut slow = TcpStream::connect(guarded.address)
        .await
        .expect("a connection");
    let started_at = Instant::now();
    while slow.write_all(b"G").await.is_ok() && started_at.elapsed() < Duration::from_secs(8) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(
        started_at.elapsed() < Duration::from_secs(8),
        "single bytes must not extend the head timeout"
    );
}

#[tokio::test]
async fn pipelined_requests_get_responses_in_order() {
    let (api, _) = api(OK_RESPONSE, usize::MAX).await;
    let guarded = protect(api, |_| {}).await;
    let request = get(&guarded.fixture.read_key.text);
    let mut stream = TcpStream::connect(guarded.address)
        .await
        .expect("a connection");
    let (half, rest) = request.split_at(30);
    stream
        .write_all(format!("{request}{request}{half}").as_bytes())
        .await
        .expect("sent");
    let mut seen = String::new();
    while seen.matches("yes").count() < 2 {
        let mut part = [0_u8; 512];
        let count = stream.read(&mut part).await.expect("answers");
        assert!(count > 0, "both requests get responses: {seen}");
        seen += &String::from_utf8_lossy(&part[..count]);
    }
    // Long enough for the connection to become idle.
    tokio::time::sleep(Duration::from_millis(1_800)).await;
    let reply = send(&mut stream, rest).await;
    assert_eq!(
        reply.map(|reply| reply.status),
        Some(200),
        "the partial third request is kept"
    );
}

#[tokio::test]
async fn upstream_connection_is_reused_and_replaced_when_closed() {
    let (reusable, count) = api(OK_RESPONSE, usize::MAX).await;
    let guarded = protect(reusable, |_| {}).await;
    let request = get(&guarded.fixture.read_key.text);
    for _ in 0..20 {
        let reply = call(guarded.address, &request).await.expect("a response");
        assert_eq!(reply.status, 200);
    }
    assert_eq!(count.load(Ordering::SeqCst), 1, "the connection is reused");

    let (closing, count) = api(OK_RESPONSE, 1).await;
    let guarded = protect(closing, |_| {}).await;
    let request = get(&guarded.fixture.read_key.text);
    for _ in 0..5 {
        let reply = call(guarded.address, &request).await.expect("a response");
        assert_eq!(
            reply.status, 200,
            "the request succeeds on a new connection: {reply:?}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(
        count.load(Ordering::SeqCst),
        5,
        "each request opens a new connection"
    );
}

#[tokio::test]
async fn upstream_error_response_is_forwarded_unchanged() {
    let error_response =
        "HTTP/1.1 418 I'm a teapot\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nshort";
    let (api, _) = api(error_response, usize::MAX).await;
    let guarded = protect(api, |_| {}).await;
    let reply = call(guarded.address, get(&guarded.fixture.read_key.text))
        .await
        .expect("a response");
    assert_eq!(
        (
            reply.status,
            reply.header("content-type"),
            reply.body.as_str()
        ),
        (418, Some("text/plain"), "short"),
        "the gateway replaces only responses to unparseable requests"
    );
}

#[tokio::test]
async fn stop_finishes_requests_in_flight_and_closes_idle_connections() {
    let listener = TcpListener::bind(ephemeral_address())
        .await
        .expect("a port");
    let api = listener.local_addr().expect("an address");
    let fixture = ServiceFixture::new().await;
    let settings = Settings::new(ephemeral_address(), fixture.environment, upstream(api));
    let gateway = bind_gateway(&fixture, settings).await;
    let address = gateway.address().tcp().expect("TCP");
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(gateway.run(async {
        let _stopped = stopped.await;
    }));
    let mut idle = TcpStream::connect(address).await.expect("a connection");
    let request = get(&fixture.read_key.text);
    let pending_reply = tokio::spawn(call(address, request));
    let (mut upstream_stream, _) = listener.accept().await.expect("the request");
    let mut part = [0_u8; 1024];
    let _head = upstream_stream.read(&mut part).await.expect("its head");
    drop(stop);
    let closed = tokio::time::timeout(Duration::from_secs(3), idle.read(&mut part)).await;
    assert!(
        matches!(closed, Ok(Ok(0) | Err(_))),
        "stop closes idle connections immediately: {closed:?}"
    );
    tokio::time::sleep(Duration::from_millis(300)).await;
    upstream_stream
        .write_all(OK_RESPONSE.as_bytes())
        .await
        .expect("sent");
    let reply = pending_reply.await.expect("no panic").expect("a response");
    assert_eq!((reply.status, reply.body.as_str()), (200, "yes"));
    tokio::time::timeout(Duration::from_secs(3), running)
        .await
        .expect("the gateway stops after the last response")
        .expect("no panic");
    assert!(
        TcpStream::connect(address).await.is_err(),
        "new connections are refused"
    );
}

#[tokio::test]
async fn long_upload_does_not_time_out() {
    let listener = TcpListener::bind(ephemeral_address())
        .await
        .expect("a port");
    let api = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut seen = Vec::new();
        while !seen.ends_with(b"end") {
            stream.read_buf(&mut seen).await.expect("bytes");
        }
        stream
            .write_all(OK_RESPONSE.as_bytes())
            .await
            .expect("sent");
        std::future::pending::<()>().await;
    });
    let guarded = protect(api, |settings| {
        settings.limits.response = Duration::from_millis(400);
    })
    .await;
    let mut stream = TcpStream::connect(guarded.address)
        .await
        .expect("a connection");
    let head = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nX-API-KEY: {}\r\nContent-Length: 13\r\n\r\n",
        guarded.fixture.write_key.text
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    for part in ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "end"] {
        tokio::time::sleep(Duration::from_millis(150)).await;
        stream.write_all(part.as_bytes()).await.expect("sent");
    }
    let reply = read(&mut stream).await.expect("a response");
    assert_eq!(
        reply.status, 200,
        "an upload with progress must not time out: {reply:?}"
    );
}
