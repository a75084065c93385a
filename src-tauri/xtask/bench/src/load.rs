//! `keystile-bench load`: sends requests at a constant rate, which wrk cannot. Each request has a scheduled time; late
//! ones are sent immediately, so a pause does not lower the rate. The key comes from standard input, because every
//! program can read command lines.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CONNECTIONS: u32 = 16;
/// One request in this many is denied.
const DENIED_PER: u32 = 20;
/// The number of different paths. A list of equal rows would be cheaper to draw.
const PATH_COUNT: u32 = 10_000;

/// The requests to send.
struct Options {
    address: SocketAddr,
    key: String,
    /// Requests per second.
    rate: u32,
    /// Not measured.
    warm_up: Duration,
    measured: Duration,
}

/// The responses to the requests of the measured time.
#[derive(Default)]
struct Totals {
    allowed: u32,
    denied: u32,
    /// Responses by second; the last one includes late responses.
    by_second: Vec<u32>,
    /// Milliseconds from the scheduled time of a request to its response.
    latencies: Vec<f32>,
    /// From the end of the warm-up to the last response.
    duration: Duration,
}

/// Sends the requests and prints a JSON report.
pub(crate) fn load(address: &str, rate: &str, warm_up: &str, seconds: &str) {
    let number = |argument: &str| argument.parse::<u32>().expect("a number");
    let mut key = String::new();
    std::io::stdin().read_line(&mut key).expect("a key");
    let options = Options {
        address: address.parse().expect("an address"),
        key: key.trim().to_owned(),
        rate: number(rate),
        warm_up: Duration::from_secs(number(warm_up).into()),
        measured: Duration::from_secs(number(seconds).into()),
    };
    // One thread, to take little processor time from the measured programs.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    println!("{}", runtime.block_on(send_all(options)));
}

async fn send_all(options: Options) -> Value {
    let options = std::sync::Arc::new(options);
    // Leaves time to connect.
    let start = Instant::now() + Duration::from_millis(100);
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|index| {
            tokio::spawn(run_connection(
                std::sync::Arc::clone(&options),
                index,
                start,
            ))
        })
        .collect();
    let mut totals = Totals::default();
    for connection in connections {
        totals.add(connection.await.expect("a connection"));
    }
    totals.report(&options)
}

/// Sends the requests `index`, `index + CONNECTIONS`, and so on.
async fn run_connection(options: std::sync::Arc<Options>, index: u32, start: Instant) -> Totals {
    let mut stream = TcpStream::connect(options.address)
        .await
        .expect("a connection");
    stream.set_nodelay(true).expect("a socket");
    let seconds = options.measured.as_secs() as usize;
    let mut totals = Totals {
        by_second: vec![0; seconds],
        ..Totals::default()
    };
    let mut buffer = Vec::with_capacity(4096);
    for number in (index..).step_by(CONNECTIONS as usize) {
        let offset = Duration::from_secs_f64(f64::from(number) / f64::from(options.rate));
        if offset >= options.warm_up + options.measured {
            break;
        }
        tokio::time::sleep_until((start + offset).into()).await;
        let request = request(&options.key, number);
        stream.write_all(request.as_bytes()).await.expect("sent");
        let is_allowed = read_response(&mut stream, &mut buffer).await;
        if offset < options.warm_up {
            continue;
        }
        let latency = (start + offset).elapsed();
        totals.latencies.push(latency.as_secs_f32() * 1e3);
        totals.duration = offset + latency - options.warm_up;
        let second = totals.duration.as_secs() as usize;
        totals.by_second[second.min(seconds - 1)] += 1;
        match is_allowed {
            true => totals.allowed += 1,
            false => totals.denied += 1,
        }
    }
    totals
}

fn request(key: &str, number: u32) -> String {
    // The key has no permission to write.
    let method = match number % DENIED_PER {
        0 => "POST",
        _ => "GET",
    };
    let path = number % PATH_COUNT;
    format!(
        "{method} /products/{path} HTTP/1.1\r\nHost: api\r\nContent-Length: 0\r\nX-API-KEY: {key}\r\n\r\n"
    )
}

/// Reads one response and returns whether the gateway allowed the request. The sample API has no such product, so it
/// responds 404.
async fn read_response(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> bool {
    buffer.clear();
    let (head, length) = loop {
        let count = stream.read_buf(buffer).await.expect("a response");
        assert!(count > 0, "the gateway closed a connection");
        if let Some(head) = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break (head + 4, content_length(&buffer[..head]));
        }
    };
    while buffer.len() < head + length {
        let count = stream.read_buf(buffer).await.expect("a body");
        assert!(count > 0, "the gateway closed a connection");
    }
    match &buffer[9..12] {
        b"200" | b"404" => true,
        b"403" => false,
        other => panic!("unexpected status {}", String::from_utf8_lossy(other)),
    }
}

/// Returns the length of the body.
fn content_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let value = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .expect("Content-Length");
    value.trim().parse().expect("a number")
}

impl Totals {
    fn add(&mut self, other: Self) {
        self.allowed += other.allowed;
        self.denied += other.denied;
        self.latencies.extend(other.latencies);
        self.duration = self.duration.max(other.duration);
        self.by_second.resize(other.by_second.len(), 0);
        for (sum, count) in self.by_second.iter_mut().zip(other.by_second) {
            *sum += count;
        }
    }

    fn report(mut self, options: &Options) -> Value {
        self.latencies.sort_by(f32::total_cmp);
        // A slow gateway responds after the measured time.
        let time = options.measured.max(self.duration);
        json!({
            "allowed": self.allowed,
            "denied": self.denied,
            "per_second": f64::from(self.allowed + self.denied) / time.as_secs_f64(),
            "min_per_second": self.by_second.iter().min(),
            "latency_p99_ms": self.latencies.get(self.latencies.len() * 99 / 100),
            "latency_max_ms": self.latencies.last(),
        })
    }
}
