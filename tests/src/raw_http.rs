//! A client that sends raw bytes: no HTTP library can send malformed requests.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// The body, by its Content-Length.
    pub body: String,
}

impl Reply {
    /// Returns the only header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(known, _)| known == name);
        let first = found.next().map(|(_, value)| value.as_str());
        assert_eq!(found.next(), None, "{name} must not come twice");
        first
    }

    /// Returns the names of all headers, in lower case.
    pub fn header_names(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().map(|(name, _)| name.as_str())
    }

    /// Parses the body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// Returns the code of a problem, after checking the other fields.
    #[track_caller]
    pub fn code(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "every error is a problem (RFC 9457): {self:?}"
        );
        assert_eq!(
            self.header("cache-control"),
            Some("no-store"),
            "a cache must not store a problem: {self:?}"
        );
        let problem = self.json();
        assert_eq!(
            problem["status"], self.status,
            "the body repeats the status"
        );
        for field in ["type", "title", "detail", "advice"] {
            assert!(
                problem[field].as_str().is_some_and(|text| !text.is_empty()),
                "the problem has {field}: {self:?}"
            );
        }
        problem["code"].as_str().expect("a code").to_owned()
    }
}

/// Sends bytes and reads the first response; `None` if the connection ends without one.
pub async fn call(address: SocketAddr, request: impl AsRef<[u8]>) -> Option<Reply> {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // The server may respond and close before everything is sent.
    let _sent = stream.write_all(request.as_ref()).await;
    read(&mut stream).await
}

/// Reads one response.
pub async fn read(stream: &mut TcpStream) -> Option<Reply> {
    let mut bytes = Vec::new();
    loop {
        if let Some((reply, _)) = parse(&bytes) {
            return Some(reply);
        }
        if !read_more(stream, &mut bytes).await {
            return None;
        }
    }
}

/// Reads more bytes. Returns whether there were any before EOF.
async fn read_more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> bool {
    let mut part = [0u8; 8192];
    let reading = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut part));
    match reading.await.expect("a response or EOF within 20 s") {
        Ok(0) | Err(_) => false,
        Ok(count) => {
            bytes.extend_from_slice(&part[..count]);
            true
        }
    }
}

/// All responses of a connection.
#[derive(Debug)]
pub struct Responses {
    /// The received bytes as text.
    pub text: String,
    /// Without interim responses (RFC 9110, section 15.2).
    pub replies: Vec<Reply>,
}

impl Responses {
    fn read(bytes: &[u8]) -> Self {
        let mut rest = bytes;
        let mut replies = Vec::new();
        while let Some((reply, length)) = parse(rest) {
            rest = &rest[length..];
            if reply.status >= 200 {
                replies.push(reply);
            }
        }
        assert!(
            rest.is_empty(),
            "no bytes follow the responses: {:?}",
            String::from_utf8_lossy(rest)
        );
        Self {
            text: String::from_utf8_lossy(bytes).into_owned(),
            replies,
        }
    }
}

/// Sends bytes, waits for `count` responses, shuts down the sending side, and reads until EOF, so that every further
/// response is included.
pub async fn read_all_responses(
    address: SocketAddr,
    request: impl AsRef<[u8]>,
    count: usize,
) -> Responses {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // The server may respond and close before everything is sent.
    let _sent = stream.write_all(request.as_ref()).await;
    let mut bytes = Vec::new();
    loop {
        let mut rest = &bytes[..];
        let mut received = 0;
        while let Some((reply, length)) = parse(rest) {
            rest = &rest[length..];
            received += usize::from(reply.status >= 200);
        }
        if received >= count || !read_more(&mut stream, &mut bytes).await {
            break;
        }
    }
    // The server may have closed the connection.
    let _shutdown = stream.shutdown().await;
    while read_more(&mut stream, &mut bytes).await {}
    Responses::read(&bytes)
}

/// Parses the first response, and returns its length in bytes.
fn parse(bytes: &[u8]) -> Option<(Reply, usize)> {
    let end = bytes.windows(4).position(|part| part == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).expect("a head of text");
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().expect("a status");
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .map_or(0, |(_, value)| value.parse().expect("a length"));
    let total = end + 4 + length;
    let body = bytes.get(end + 4..total)?;
    let reply = Reply {
        status,
        headers,
        body: String::from_utf8_lossy(body).into_owned(),
    };
    Some((reply, total))
}
