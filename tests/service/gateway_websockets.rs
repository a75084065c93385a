//! Tests of WebSockets, with a WebSocket library at both ends.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use keystile_policy::RouteRules;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, accept_async, connect_async};

use crate::gateway::{ephemeral_address, protect};

/// Starts an upstream that echoes messages.
async fn api() -> SocketAddr {
    let listener = TcpListener::bind(ephemeral_address())
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let Ok(mut socket) = accept_async(stream).await else {
                    return;
                };
                while let Some(Ok(message)) = socket.next().await {
                    if message.is_close() || socket.send(message).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

async fn open(
    gateway: SocketAddr,
    key: &str,
) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, Error> {
    let mut request = format!("ws://{gateway}/live").into_client_request()?;
    if !key.is_empty() {
        let key = key.parse().expect("a key fits into a header");
        request.headers_mut().insert("x-api-key", key);
    }
    connect_async(request).await.map(|(socket, _)| socket)
}

fn status(result: Result<impl Sized, Error>) -> u16 {
    match result {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(other) => panic!("not an HTTP response: {other}"),
        Ok(_) => 101,
    }
}

#[tokio::test]
async fn websocket_requires_write_unless_rule_allows_read() {
    let guarded = protect(api().await, |_| {}).await;
    let (reader, writer) = (
        &guarded.fixture.read_key.text,
        &guarded.fixture.write_key.text,
    );
    assert_eq!(status(open(guarded.address, reader).await), 403);
    assert_eq!(status(open(guarded.address, "").await), 401);
    let mut socket = open(guarded.address, writer).await.expect("a WebSocket");
    for length in [0, 1, 125, 70_000] {
        let message = Message::binary(vec![7_u8; length]);
        socket.send(message.clone()).await.expect("sent");
        assert_eq!(
            socket.next().await.expect("an echo").expect("whole"),
            message,
            "{length} bytes are echoed unchanged"
        );
    }

    let guarded = protect(api().await, |settings| {
        settings.routing.rules = RouteRules::parse("GET /live read").expect("rules");
    })
    .await;
    assert_eq!(
        status(open(guarded.address, &guarded.fixture.read_key.text).await),
        101,
        "a route rule lets a read key open a WebSocket"
    );
}

#[tokio::test]
async fn open_route_websocket_survives_revocations() {
    let guarded = protect(api().await, |settings| {
        settings.routing.rules = RouteRules::parse("GET /live open").expect("rules");
    })
    .await;
    let mut socket = open(guarded.address, "").await.expect("a WebSocket");
    guarded
        .fixture
        .revoke_key(guarded.fixture.read_key.id)
        .await;
    guarded
        .fixture
        .revoke_key(guarded.fixture.write_key.id)
        .await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    socket.send(Message::text("still")).await.expect("sent");
    assert_eq!(
        socket.next().await.expect("an echo").expect("whole"),
        Message::text("still"),
        "it was opened without a key, so revocations do not close it"
    );
}

#[tokio::test]
async fn websocket_ends_when_key_is_disabled() {
    let guarded = protect(api().await, |_| {}).await;
    let writer = &guarded.fixture.write_key;
    let mut socket = open(guarded.address, &writer.text)
        .await
        .expect("a WebSocket");
    socket.send(Message::text("before")).await.expect("sent");
    socket.next().await.expect("an echo").expect("whole");
    let started_at = std::time::Instant::now();
    guarded
        .fixture
        .registry
        .disable_key(writer.id, None)
        .await
        .expect("disabled");
    let ended = tokio::time::timeout(Duration::from_secs(5), async {
        while let Some(Ok(_)) = socket.next().await {}
    })
    .await;
    assert!(
        ended.is_ok() && started_at.elapsed() < Duration::from_secs(4),
        "the limit is one second; the rest is for a busy machine: {:?}",
        started_at.elapsed()
    );
}
