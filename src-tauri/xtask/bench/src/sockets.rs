//! A thousand WebSockets through the gateway, each with a message every tenth of a second that comes back. Beyond the first
//! request the gateway passes bytes, so what stands in them is all the same.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::proxied::Proxied;
use crate::rows::Row;

const COUNT: usize = 1_000;
const MESSAGES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);
const MESSAGE: [u8; 64] = [b'x'; 64];

/// How long each message was on its way; fewer when the connection ended.
async fn one(address: SocketAddr, key: String, delay: Duration) -> Vec<f64> {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("a socket");
    let head = format!(
        "GET /live HTTP/1.1\r\nHost: api\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-API-KEY: {key}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut seen = Vec::new();
    while !seen.ends_with(b"\r\n\r\n") {
        seen.push(stream.read_u8().await.expect("a head"));
    }
    assert!(seen.starts_with(b"HTTP/1.1 101 "), "it is a WebSocket");
    let mut waits = Vec::new();
    let mut echoed = [0_u8; MESSAGE.len()];
    // So that they do not all speak at once.
    tokio::time::sleep(delay).await;
    for _ in 0..MESSAGES {
        let said = Instant::now();
        if stream.write_all(&MESSAGE).await.is_err()
            || stream.read_exact(&mut echoed).await.is_err()
        {
            break;
        }
        waits.push(said.elapsed().as_secs_f64() * 1e3);
        tokio::time::sleep(PAUSE.saturating_sub(said.elapsed())).await;
    }
    waits
}

/// The slowest of a hundred, and what was lost.
pub(crate) async fn echoing(gateway: &Proxied, key: &str) -> Vec<Row> {
    let all: Vec<_> = (0..COUNT)
        .map(|number| {
            let delay = Duration::from_secs(1) + PAUSE.mul_f64(number as f64 / COUNT as f64);
            tokio::spawn(one(gateway.address, key.to_owned(), delay))
        })
        .collect();
    let mut waits = Vec::new();
    for one in all {
        waits.extend(one.await.expect("a connection"));
    }
    let lost = (COUNT * MESSAGES as usize - waits.len()) as f64;
    waits.sort_by(f64::total_cmp);
    let p99 = waits[waits.len() * 99 / 100];
    vec![
        Row::new(
            "1,000 WebSockets, a message and its echo, p99",
            "ms",
            vec![p99],
        )
        .at_most(10.0),
        Row::new("  and messages that were lost", "", vec![lost]).at_most(0.0),
    ]
}
