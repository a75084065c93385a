//! Downloads and uploads of 1 GiB through the gateway and through nginx: their duration, and the gateway's peak memory.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::measurement::{Measurement, RUNS};
use crate::proxy_process::ProxyProcess;
use crate::upstream::GIBIBYTE;

#[derive(Clone, Copy)]
enum Direction {
    Download,
    Upload,
}

/// Transfers one body and returns the seconds it takes.
async fn transfer(address: SocketAddr, key: &str, direction: Direction) -> f64 {
    let mut stream = TcpStream::connect(address).await.expect("connect");
    let start = Instant::now();
    let head = match direction {
        Direction::Download => "GET /large HTTP/1.1\r\n".to_owned(),
        Direction::Upload => format!("POST /swallow HTTP/1.1\r\nContent-Length: {GIBIBYTE}\r\n"),
    };
    let head = format!("{head}Host: api\r\nConnection: close\r\nX-API-KEY: {key}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("send");
    let mut buffer = vec![b'x'; 256 * 1024];
    if matches!(direction, Direction::Upload) {
        for _ in 0..GIBIBYTE / buffer.len() as u64 {
            stream.write_all(&buffer).await.expect("send");
        }
    }
    let mut received = 0;
    loop {
        let count = stream.read(&mut buffer).await.expect("receive");
        if count == 0 {
            break;
        }
        received += count as u64;
    }
    let minimum = match direction {
        Direction::Download => GIBIBYTE,
        Direction::Upload => 5,
    };
    assert!(
        received > minimum,
        "the response is incomplete: {received} bytes"
    );
    start.elapsed().as_secs_f64()
}

/// Measures both directions.
pub(crate) async fn measure(
    gateway: &ProxyProcess,
    nginx: &ProxyProcess,
    key: &str,
) -> Vec<Measurement> {
    let mut rows = Vec::new();
    for (direction, label) in [
        (Direction::Download, "1 GiB download, relative to nginx"),
        (Direction::Upload, "1 GiB upload, relative to nginx"),
    ] {
        transfer(gateway.address, key, direction).await;
        let before = gateway.memory();
        let (mut ratios, mut growths) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            let mut peak = before;
            let transfers = async {
                let ours = transfer(gateway.address, key, direction).await;
                (ours, transfer(nginx.address, key, direction).await)
            };
            let mut transfers = std::pin::pin!(transfers);
            let (ours, theirs) = loop {
                tokio::select! {
                    both = &mut transfers => break both,
                    () = tokio::time::sleep(Duration::from_millis(50)) => peak = peak.max(gateway.memory()),
                }
            };
            ratios.push(theirs / ours);
            growths.push(peak - before);
        }
        rows.push(Measurement::new(label, "×", ratios).at_least(0.9));
        rows.push(Measurement::new("  memory growth, maximum", "MiB", growths).at_most(16.0));
    }
    rows
}
