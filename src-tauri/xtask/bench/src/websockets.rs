//! A thousand WebSockets through the gateway, each with an echoed message every 100 ms. The gateway copies bytes after
//! the upgrade, so the messages need no frames.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::measurement::Measurement;
use crate::proxy_process::ProxyProcess;

const COUNT: usize = 1_000;
const MESSAGES: u32 = 50;
const MESSAGE_INTERVAL: Duration = Duration::from_millis(100);
const MESSAGE: [u8; 64] = [b'x'; 64];

/// Returns the round-trip times in ms; fewer than [`MESSAGES`] if the connection closes.
async fn run_connection(address: SocketAddr, key: String, delay: Duration) -> Vec<f64> {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("a socket");
    let head = format!(
        "GET /live HTTP/1.1\r\nHost: api\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-API-KEY: {key}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut response = Vec::new();
    while !response.ends_with(b"\r\n\r\n") {
        response.push(stream.read_u8().await.expect("a head"));
    }
    assert!(
        response.starts_with(b"HTTP/1.1 101 "),
        "the upgrade succeeds"
    );
    let mut latencies = Vec::new();
    let mut echoed = [0_u8; MESSAGE.len()];
    // Distributes the connections over the interval.
    tokio::time::sleep(delay).await;
    for _ in 0..MESSAGES {
        let sent = Instant::now();
        if stream.write_all(&MESSAGE).await.is_err()
            || stream.read_exact(&mut echoed).await.is_err()
        {
            break;
        }
        latencies.push(sent.elapsed().as_secs_f64() * 1e3);
        tokio::time::sleep(MESSAGE_INTERVAL.saturating_sub(sent.elapsed())).await;
    }
    latencies
}

/// Measures the round-trip time and counts lost messages.
pub(crate) async fn measure(gateway: &ProxyProcess, key: &str) -> Vec<Measurement> {
    let connections: Vec<_> = (0..COUNT)
        .map(|number| {
            let delay =
                Duration::from_secs(1) + MESSAGE_INTERVAL.mul_f64(number as f64 / COUNT as f64);
            tokio::spawn(run_connection(gateway.address, key.to_owned(), delay))
        })
        .collect();
    let mut latencies = Vec::new();
    for connection in connections {
        latencies.extend(connection.await.expect("a connection"));
    }
    let lost = (COUNT * MESSAGES as usize - latencies.len()) as f64;
    latencies.sort_by(f64::total_cmp);
    let p99 = latencies[latencies.len() * 99 / 100];
    vec![
        Measurement::new("1,000 WebSockets, round trip, p99", "ms", vec![p99]).at_most(10.0),
        Measurement::new("  lost messages", "", vec![lost]).at_most(0.0),
    ]
}
