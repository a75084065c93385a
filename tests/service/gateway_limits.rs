//! Tests of slow, silent, and many clients and upstreams.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::gateway::{ephemeral_address, protect};
use crate::raw_http::{Reply, call, read};

fn get(path: &str, key: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\nX-API-KEY: {key}\r\n\r\n")
}

async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.expect("a connection")
}

/// Connects and sends a GET.
async fn send_get(address: SocketAddr, path: &str, key: &str) -> TcpStream {
    let mut stream = connect(address).await;
    let request = get(path, key);
    stream.write_all(request.as_bytes()).await.expect("sent");
    stream
}

async fn read_head(stream: &mut TcpStream) -> Vec<u8> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    head
}

/// Starts an upstream that runs `then` on each connection after the request headers.
async fn api<F>(then: fn(TcpStream) -> F) -> SocketAddr
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
                read_head(&mut stream).await;
                then(stream).await;
            });
        }
    });
    address
}

async fn respond_and_close(mut stream: TcpStream) {
    let response = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nyes";
    let _sent = stream.write_all(response.as_bytes()).await;
}

async fn send(stream: &mut TcpStream, request: &str) -> Option<Reply> {
    stream.write_all(request.as_bytes()).await.ok()?;
    read(stream).await
}

#[tokio::test]
async fn long_poll_response_is_not_delivered_to_revoked_key() {
    // Responds as soon as the key is revoked, before the next revalidation.
    static REVOKED: Notify = Notify::const_new();
    let slow = |mut stream: TcpStream| async move {
        REVOKED.notified().await;
        let response = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret";
        let _sent = stream.write_all(response.as_bytes()).await;
    };
    let guarded = protect(api(slow).await, |_| {}).await;
    let reader = &guarded.fixture.read_key;
    let mut stream = send_get(guarded.address, "/poll", &reader.text).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    guarded.fixture.revoke_key(reader.id).await;
    REVOKED.notify_one();
    let reply = read(&mut stream).await.expect("a response");
    assert_eq!(
        (reply.status, reply.code()),
        (401, "key_rejected".to_owned()),
        "the event belongs to keys that work: {reply:?}"
    );
}

#[tokio::test]
async fn long_poll_ends_after_key_is_revoked() {
    let stay_silent = |stream: TcpStream| async move {
        let _held = stream;
        std::future::pending::<()>().await;
    };
    let guarded = protect(api(stay_silent).await, |_| {}).await;
    let reader = &guarded.fixture.read_key;
    let mut stream = send_get(guarded.address, "/poll", &reader.text).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    guarded.fixture.revoke_key(reader.id).await;
    let reply = tokio::time::timeout(Duration::from_secs(5), read(&mut stream)).await;
    let reply = reply
        .expect("the request ends without a response from the API")
        .expect("a response");
    assert_eq!(reply.status, 401, "{reply:?}");
}

/// More than both socket buffers.
const LARGE: usize = 24 * 1024 * 1024;

async fn large_download(mut stream: TcpStream) {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {LARGE}\r\n\r\n");
    let _head = stream.write_all(head.as_bytes()).await;
    let _body = stream.write_all(&vec![b'x'; LARGE]).await;
}

#[tokio::test]
async fn slow_download_with_progress_is_not_closed() {
    let guarded = protect(api(large_download).await, |settings| {
        settings.limits.response = Duration::from_millis(600);
    })
    .await;
    let mut stream = send_get(guarded.address, "/large", &guarded.fixture.read_key.text).await;
    read_head(&mut stream).await;
    // The client never empties the buffers, so the gateway is blocked at every check, for longer than the limit.
    let start = Instant::now();
    let mut part = vec![0_u8; 256 * 1024];
    let mut seen = 0;
    while start.elapsed() < Duration::from_secs(4) {
        seen += stream
            .read(&mut part)
            .await
            .expect("the download continues");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(seen < LARGE, "the client was slower than the API");
    let rest = async {
        while seen < LARGE {
            seen += stream.read(&mut part).await.expect("the rest arrives");
        }
    };
    let rest = tokio::time::timeout(Duration::from_secs(20), rest).await;
    assert!(rest.is_ok(), "the download is complete");
}

#[tokio::test]
async fn client_that_reads_nothing_is_disconnected() {
    let guarded = protect(api(large_download).await, |settings| {
        settings.limits.response = Duration::from_millis(600);
    })
    .await;
    let mut stream = send_get(guarded.address, "/large", &guarded.fixture.read_key.text).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut rest)).await;
    assert!(
        ended.is_ok() && rest.len() < LARGE,
        "a client that reads nothing is disconnected"
    );
}

#[tokio::test]
async fn upload_continues_while_early_response_is_unread() {
    // Sends a response larger than the buffers before it reads the upload, then the length of the upload.
    let early = |stream: TcpStream| async move {
        let (mut reading, mut writing) = stream.into_split();
        let respond = async {
            let head =
                format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {LARGE}\r\n\r\n");
            let _head = writing.write_all(head.as_bytes()).await;
            let _body = writing.write_all(&vec![b'x'; LARGE]).await;
        };
        let read_upload = async {
            let mut part = vec![0_u8; 64 * 1024];
            while let Ok(1..) = reading.read(&mut part).await {}
        };
        tokio::join!(respond, read_upload);
    };
    let guarded = protect(api(early).await, |_| {}).await;
    let stream = connect(guarded.address).await;
    let (mut reading, mut writing) = stream.into_split();
    let head = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nX-API-KEY: {}\r\nContent-Length: {LARGE}\r\n\r\n",
        guarded.fixture.write_key.text
    );
    writing.write_all(head.as_bytes()).await.expect("sent");
    let body = vec![b'y'; LARGE];
    tokio::time::timeout(Duration::from_secs(20), writing.write_all(&body))
        .await
        .expect("an upload must not wait for its own response to be read")
        .expect("sent");
    let mut seen = 0;
    let mut part = vec![0_u8; 64 * 1024];
    while seen < LARGE {
        let read = tokio::time::timeout(Duration::from_secs(10), reading.read(&mut part)).await;
        match read.expect("the response continues").expect("the response") {
            0 => break,
            count => seen += count,
        }
    }
    assert!(seen >= LARGE, "the whole response arrives: {seen}");
}

#[tokio::test]
async fn idle_connections_are_evicted_for_new_request() {
    let guarded = protect(api(respond_and_close).await, |settings| {
        settings.limits.connections = 8;
        // Evicted, not timed out.
        settings.limits.head = Duration::from_secs(600);
    })
    .await;
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(connect(guarded.address).await);
    }
    let request = get("/", &guarded.fixture.read_key.text)
        .replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    let reply =
        tokio::time::timeout(Duration::from_secs(10), call(guarded.address, &request)).await;
    let reply = reply
        .expect("silent connections must not block a gateway")
        .expect("a response");
    assert_eq!(reply.status, 200, "{reply:?}");
}

#[tokio::test]
async fn connection_without_request_is_closed() {
    let guarded = protect(api(respond_and_close).await, |settings| {
        settings.limits.head = Duration::from_millis(500);
    })
    .await;
    let mut silent = connect(guarded.address).await;
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(5), silent.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "the head timeout applies");
    let mut idle = connect(guarded.address).await;
    let keep_alive = get("/", &guarded.fixture.read_key.text);
    assert_eq!(
        send(&mut idle, &keep_alive)
            .await
            .expect("a response")
            .status,
        200
    );
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(
        send(&mut idle, &keep_alive)
            .await
            .expect("a response")
            .status,
        200,
        "a connection that has sent a request may stay idle longer"
    );
}

#[tokio::test]
async fn tunnels_count_as_connections() {
    let switch_protocols = |mut stream: TcpStream| async move {
        let response =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        let _sent = stream.write_all(response.as_bytes()).await;
        let _end = stream.read_u8().await;
    };
    let guarded = protect(api(switch_protocols).await, |settings| {
        settings.limits.connections = 2;
    })
    .await;
    let request = format!(
        "GET /live HTTP/1.1\r\nHost: a\r\nX-API-KEY: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        guarded.fixture.write_key.text
    );
    let mut tunnels = Vec::new();
    for _ in 0..2 {
        let mut stream = connect(guarded.address).await;
        stream.write_all(request.as_bytes()).await.expect("sent");
        assert!(
            read_head(&mut stream).await.starts_with(b"HTTP/1.1 101 "),
            "a tunnel"
        );
        tunnels.push(stream);
    }
    let mut third = connect(guarded.address).await;
    third.write_all(request.as_bytes()).await.expect("sent");
    let first_byte = tokio::time::timeout(Duration::from_millis(500), third.read_u8()).await;
    assert!(
        first_byte.is_err(),
        "two tunnels occupy both connection slots"
    );
    drop(tunnels);
    let first_byte = tokio::time::timeout(Duration::from_secs(10), third.read_u8()).await;
    assert!(
        matches!(first_byte, Ok(Ok(b'H'))),
        "a closed tunnel frees its connection slot: {first_byte:?}"
    );
}

#[tokio::test]
async fn slow_upload_without_key_times_out() {
    let stay_silent = |stream: TcpStream| async move {
        let _held = stream;
        std::future::pending::<()>().await;
    };
    let guarded = protect(api(stay_silent).await, |settings| {
        settings.limits.response = Duration::from_millis(500);
        settings.routing.rules =
            keystile_policy::RouteRules::parse("* /open/* open").expect("rules");
    })
    .await;
    let mut stream = connect(guarded.address).await;
    let head = "POST /open/a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("sent");
    let (mut reading, mut writing) = stream.into_split();
    let slow_upload = async {
        for _ in 0..100 {
            if writing.write_all(b"x").await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let mut head = [0_u8; 12];
    let outcome = tokio::time::timeout(Duration::from_secs(6), async {
        tokio::select! {
            read = reading.read_exact(&mut head) => read.is_ok(),
            () = slow_upload => false,
        }
    })
    .await;
    assert_eq!(
        (outcome, &head),
        (Ok(true), b"HTTP/1.1 504"),
        "single bytes must not extend the timeout"
    );
}
