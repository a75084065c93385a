//! A recording upstream with a strict parser (RFC 9112). Everything that is not a valid request is recorded as a fault.
//! It responds with 200 and an empty body, so that a response with a body comes from the gateway.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const OK_RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// One complete request.
#[derive(Debug)]
pub(crate) struct Request {
    /// Method, target, and version.
    pub(crate) line: String,
    /// In the received spelling.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// What the upstream received.
#[derive(Debug, Default)]
pub(crate) struct Received {
    pub(crate) text: String,
    pub(crate) requests: Vec<Request>,
    /// Truncated requests.
    pub(crate) truncated: usize,
    /// Invalid requests.
    pub(crate) faults: Vec<String>,
}

#[derive(Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<Received>>);

impl Recorder {
    /// Starts the upstream, until the test ends.
    pub(crate) async fn start() -> (SocketAddr, Self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let recorder = Self::default();
        let listening = recorder.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(listening.clone().listen(stream));
            }
        });
        (address, recorder)
    }

    /// Returns what was received since the last call.
    pub(crate) fn take(&self) -> Received {
        std::mem::take(&mut *self.0.lock().expect("no panic"))
    }

    fn update(&self, change: impl FnOnce(&mut Received)) {
        change(&mut self.0.lock().expect("no panic"));
    }

    async fn listen(self, mut stream: TcpStream) {
        let mut unread = Vec::new();
        loop {
            match Request::parse(&unread) {
                Err(fault) => return self.update(|received| received.faults.push(fault)),
                Ok(Some((request, length))) => {
                    unread.drain(..length);
                    self.update(|received| received.requests.push(request));
                    if stream.write_all(OK_RESPONSE).await.is_err() {
                        return;
                    }
                    continue;
                }
                Ok(None) => {}
            }
            let mut part = [0_u8; 16 * 1024];
            match stream.read(&mut part).await {
                Ok(0) | Err(_) => {
                    let is_truncated = !unread.is_empty();
                    return self.update(|received| received.truncated += usize::from(is_truncated));
                }
                Ok(count) => {
                    unread.extend_from_slice(&part[..count]);
                    let text = String::from_utf8_lossy(&part[..count]);
                    self.update(|received| received.text += &text);
                }
            }
        }
    }
}

impl Request {
    /// Returns the headers whose normalized name matches, sorted by name.
    pub(crate) fn headers_matching(&self, is_selected: impl Fn(&str) -> bool) -> Vec<(&str, &str)> {
        let is_match = |(name, _): &&(String, String)| is_selected(&cgi_name(name));
        let mut matching: Vec<_> = self
            .headers
            .iter()
            .filter(is_match)
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        matching.sort_unstable();
        matching
    }

    /// Parses the first request and returns its length; `None` if it is incomplete.
    fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, String> {
        let Some(end) = find(bytes, b"\r\n\r\n") else {
            return Ok(None);
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let line = lines.next().unwrap_or_default().to_owned();
        let parts: Vec<&str> = line.split(' ').collect();
        if !matches!(parts[..], [_, target, "HTTP/1.1"] if target.starts_with('/')) {
            return Err(format!("not a request line: {line}"));
        }
        let mut headers = Vec::new();
        for line in lines {
            let is_plain = |character: char| !character.is_control() || character == '\t';
            match line.split_once(": ") {
                Some((name, value)) if is_token(name) && value.chars().all(is_plain) => {
                    headers.push((name.to_owned(), value.to_owned()));
                }
                _ => return Err(format!("not a header: {line:?}")),
            }
        }
        let rest = &bytes[end + 4..];
        let values = |header_name: &str| -> Vec<String> {
            let matching = headers
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case(header_name));
            matching.map(|(_, value)| value.clone()).collect()
        };
        let (lengths, codings) = (values("content-length"), values("transfer-encoding"));
        let body = match (&lengths[..], &codings[..]) {
            ([], []) => Some((Vec::new(), 0)),
            ([length], []) => {
                let length: usize = length.parse().map_err(|_| format!("length {length}"))?;
                rest.get(..length).map(|body| (body.to_vec(), length))
            }
            ([], [coding]) if coding == "chunked" => read_chunks(rest)?,
            _ => return Err(format!("ambiguous body length: {head}")),
        };
        Ok(body.map(|(body, length)| {
            let body = String::from_utf8_lossy(&body).into_owned();
            let request = Self {
                line,
                headers,
                body,
            };
            (request, end + 4 + length)
        }))
    }
}

/// Normalizes a header name as CGI does.
pub(crate) fn cgi_name(name: &str) -> String {
    name.replace(|character: char| !character.is_ascii_alphanumeric(), "-")
        .to_ascii_lowercase()
}

/// Parses a chunked body without extensions and trailers, and returns its encoded length.
fn read_chunks(bytes: &[u8]) -> Result<Option<(Vec<u8>, usize)>, String> {
    let mut body = Vec::new();
    let mut at = 0;
    loop {
        let Some(width) = find(&bytes[at..], b"\r\n") else {
            return Ok(None);
        };
        let size = String::from_utf8_lossy(&bytes[at..at + width]).into_owned();
        if size.is_empty() || !size.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(format!("not the size of a chunk: {size:?}"));
        }
        let size = usize::from_str_radix(&size, 16).map_err(|_| format!("size {size}"))?;
        at += width + 2;
        let Some(chunk) = bytes.get(at..at + size + 2) else {
            return Ok(None);
        };
        let Some(chunk) = chunk.strip_suffix(b"\r\n") else {
            return Err("a chunk of another size, or a trailer".to_owned());
        };
        at += size + 2;
        if size == 0 {
            return Ok(Some((body, at)));
        }
        body.extend_from_slice(chunk);
    }
}

fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes
        .windows(pattern.len())
        .position(|part| part == pattern)
}

/// RFC 9110, section 5.6.2.
fn is_token(name: &str) -> bool {
    let is_token_byte =
        |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token_byte)
}
