//! A gibibyte down and a gibibyte up through the gateway, beside nginx: the time, and the most memory meanwhile.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::proxied::Proxied;
use crate::rows::{RUNS, Row};
use crate::upstream::GIBIBYTE;

#[derive(Clone, Copy)]
enum Way {
    Down,
    Up,
}

/// Seconds for one body.
async fn carry(address: SocketAddr, key: &str, way: Way) -> f64 {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let begun = Instant::now();
    let first = match way {
        Way::Down => "GET /large HTTP/1.1\r\n".to_owned(),
        Way::Up => format!("POST /swallow HTTP/1.1\r\nContent-Length: {GIBIBYTE}\r\n"),
    };
    let head = format!("{first}Host: api\r\nConnection: close\r\nX-API-KEY: {key}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut part = vec![b'x'; 256 * 1024];
    if matches!(way, Way::Up) {
        for _ in 0..GIBIBYTE / part.len() as u64 {
            stream.write_all(&part).await.expect("sent");
        }
    }
    let mut seen = 0;
    loop {
        let count = stream.read(&mut part).await.expect("bytes");
        if count == 0 {
            break;
        }
        seen += count as u64;
    }
    let wanted = match way {
        Way::Down => GIBIBYTE,
        Way::Up => 5,
    };
    assert!(seen > wanted, "all of it arrives, with a head: {seen}");
    begun.elapsed().as_secs_f64()
}

/// Both ways.
pub(crate) async fn both(gateway: &Proxied, nginx: &Proxied, key: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for (way, what) in [
        (Way::Down, "1 GiB down, against nginx"),
        (Way::Up, "1 GiB up, against nginx"),
    ] {
        carry(gateway.address, key, way).await;
        let before = gateway.memory();
        let (mut ratios, mut growths) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            let mut most = before;
            let carried = async {
                let ours = carry(gateway.address, key, way).await;
                (ours, carry(nginx.address, key, way).await)
            };
            let mut carried = std::pin::pin!(carried);
            let (ours, theirs) = loop {
                tokio::select! {
                    both = &mut carried => break both,
                    () = tokio::time::sleep(Duration::from_millis(50)) => most = most.max(gateway.memory()),
                }
            };
            ratios.push(theirs / ours);
            growths.push(most - before);
        }
        rows.push(Row::new(what, "×", ratios).at_least(0.9));
        rows.push(Row::new("  and memory growth at most", "MiB", growths).at_most(16.0));
    }
    rows
}
