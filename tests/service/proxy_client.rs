//! A client of real proxies, whose responses to malformed requests may be malformed or missing.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends bytes, waits for `count` responses, shuts down the sending side, and reads until EOF.
pub(crate) async fn read_responses(address: SocketAddr, request: &str, count: usize) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // The proxy may respond and close before everything is sent.
    let _sent = stream.write_all(request.as_bytes()).await;
    let mut bytes = Vec::new();
    let mut is_complete = false;
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let final_statuses = statuses(&text).into_iter().filter(|status| *status >= 200);
        let is_done = final_statuses.count() >= count;
        let is_waiting = Duration::from_secs(if is_complete { 2 } else { 4 });
        if is_done && !is_complete {
            // nginx aborts a request whose client shuts down before the response.
            let _said = stream.shutdown().await;
            is_complete = true;
        }
        let mut part = [0_u8; 8192];
        match tokio::time::timeout(is_waiting, stream.read(&mut part)).await {
            Ok(Ok(0) | Err(_)) => return text,
            Ok(Ok(count)) => bytes.extend_from_slice(&part[..count]),
            Err(_) if is_complete => return text,
            Err(_) => {
                let _said = stream.shutdown().await;
                is_complete = true;
            }
        }
    }
}

/// Returns the status of each response.
pub(crate) fn statuses(text: &str) -> Vec<u16> {
    text.split_inclusive("\r\n\r\n")
        .filter(|part| part.ends_with("\r\n\r\n"))
        .filter_map(|head| head[head.find("HTTP/1.")?..].split(' ').nth(1))
        .filter_map(|status| status.parse().ok())
        .collect()
}
