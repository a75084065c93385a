//! Connections that have sent one request and then nothing: what they cost, and whether they are still there.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::proxied::Proxied;
use crate::rows::Row;

/// Connections. As many as a gateway keeps under a hard limit of 20,000 open files, which is two for each connection.
const COUNT: usize = 9_800;
/// Connections that are opened at once.
const AT_ONCE: usize = 200;
/// Longer than any limit of a head.
const SILENCE: Duration = Duration::from_secs(20);

async fn ask(stream: &mut TcpStream, key: &str) -> bool {
    let request = format!("GET / HTTP/1.1\r\nHost: api\r\nX-API-KEY: {key}\r\n\r\n");
    if stream.write_all(request.as_bytes()).await.is_err() {
        return false;
    }
    let mut seen = Vec::new();
    while !seen.ends_with(b"hello") {
        match stream.read_buf(&mut seen).await {
            Ok(1..) => {}
            Ok(0) | Err(_) => return false,
        }
    }
    seen.starts_with(b"HTTP/1.1 200 ")
}

/// Memory for each, and how many were lost.
pub(crate) async fn held(gateway: &Proxied, key: &str) -> Vec<Row> {
    let mut first = TcpStream::connect(gateway.address)
        .await
        .expect("a connection");
    assert!(ask(&mut first, key).await, "the gateway answers");
    let before = gateway.memory();
    let mut held = Vec::with_capacity(COUNT);
    while held.len() < COUNT {
        let opening = (0..AT_ONCE).map(|_| async {
            let mut stream = TcpStream::connect(gateway.address)
                .await
                .expect("a connection");
            assert!(ask(&mut stream, key).await, "each connection asks once");
            stream
        });
        held.extend(together(opening).await);
    }
    tokio::time::sleep(SILENCE).await;
    let growth = gateway.memory() - before;
    let mut lost = 0;
    for stream in &mut held {
        if !ask(stream, key).await {
            lost += 1;
        }
    }
    vec![
        Row::new(
            format!("{COUNT} idle connections, memory"),
            "MiB",
            vec![growth],
        )
        .at_most(80.0 * COUNT as f64 / 10_000.0),
        Row::new("  and those that were lost", "", vec![f64::from(lost)]).at_most(0.0),
    ]
}

/// All of them, each making its way while the others wait.
async fn together<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = all.map(Box::pin).collect();
    let mut done = Vec::with_capacity(waiting.len());
    std::future::poll_fn(|cx| {
        waiting.retain_mut(|one| match one.as_mut().poll(cx) {
            std::task::Poll::Ready(value) => {
                done.push(value);
                false
            }
            std::task::Poll::Pending => true,
        });
        if waiting.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done
}
