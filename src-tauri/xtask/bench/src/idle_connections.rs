//! Connections that have sent one request and then stay idle: their memory, and whether the gateway keeps them.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::measurement::Measurement;
use crate::proxy_process::ProxyProcess;

/// What a gateway can keep with 20,000 open files, two per connection.
const COUNT: usize = 9_800;
/// How many connections are opened concurrently.
const CONCURRENCY: usize = 200;
/// Longer than the timeout of a request's header.
const IDLE_TIME: Duration = Duration::from_secs(20);

/// Sends a request and returns whether it was allowed.
async fn send(stream: &mut TcpStream, key: &str) -> bool {
    let request = format!("GET / HTTP/1.1\r\nHost: api\r\nX-API-KEY: {key}\r\n\r\n");
    if stream.write_all(request.as_bytes()).await.is_err() {
        return false;
    }
    let mut response = Vec::new();
    while !response.ends_with(b"hello") {
        match stream.read_buf(&mut response).await {
            Ok(1..) => {}
            Ok(0) | Err(_) => return false,
        }
    }
    response.starts_with(b"HTTP/1.1 200 ")
}

/// Measures the memory of all connections, and how many were closed.
pub(crate) async fn measure(gateway: &ProxyProcess, key: &str) -> Vec<Measurement> {
    let mut first = TcpStream::connect(gateway.address)
        .await
        .expect("a connection");
    assert!(send(&mut first, key).await, "the gateway responds");
    let before = gateway.memory();
    let mut idle = Vec::with_capacity(COUNT);
    while idle.len() < COUNT {
        let opening = (0..CONCURRENCY).map(|_| async {
            let mut stream = TcpStream::connect(gateway.address)
                .await
                .expect("a connection");
            assert!(send(&mut stream, key).await, "the first request is allowed");
            stream
        });
        idle.extend(join_all(opening).await);
    }
    tokio::time::sleep(IDLE_TIME).await;
    let growth = gateway.memory() - before;
    let mut closed = 0;
    for stream in &mut idle {
        if !send(stream, key).await {
            closed += 1;
        }
    }
    vec![
        Measurement::new(
            format!("{COUNT} idle connections, memory"),
            "MiB",
            vec![growth],
        )
        .at_most(80.0 * COUNT as f64 / 10_000.0),
        Measurement::new("  closed connections", "", vec![f64::from(closed)]).at_most(0.0),
    ]
}

/// Runs futures concurrently and returns their values.
async fn join_all<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut pending: Vec<_> = futures.map(Box::pin).collect();
    let mut done = Vec::with_capacity(pending.len());
    std::future::poll_fn(|cx| {
        pending.retain_mut(|future| match future.as_mut().poll(cx) {
            std::task::Poll::Ready(value) => {
                done.push(value);
                false
            }
            std::task::Poll::Pending => true,
        });
        if pending.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done
}
