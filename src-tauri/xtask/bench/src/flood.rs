//! Requests through a gateway at a steady rate, which wrk cannot send: each has its time, and one whose time has passed is
//! sent at once, so that a pause of the machine is made up for and the rate is kept. `cargo xtask bench window` starts this
//! program as it; the key comes over standard input, because an argument can be read by every program of the machine.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CONNECTIONS: u32 = 16;
/// One in so many may not pass, so that the list has both kinds.
const REFUSED_EVERY: u32 = 20;
/// Paths that are asked for in turn: a list in which all rows are alike costs less to draw.
const PATHS: u32 = 10_000;

/// What is asked for, and how long.
struct Wish {
    address: SocketAddr,
    key: String,
    /// A second.
    rate: u32,
    /// Not counted.
    warm_up: Duration,
    counted: Duration,
}

/// What came of the requests whose time was within the counted seconds.
#[derive(Default)]
struct Outcome {
    accepted: u32,
    refused: u32,
    /// By the second in which the answer came; the last one gathers what came late.
    by_second: Vec<u32>,
    /// Milliseconds from the time of a request to its answer.
    waits: Vec<f32>,
    /// When the last answer came, after the warm-up.
    ended: Duration,
}

/// Says in JSON on standard output how it went.
pub(crate) fn flood(address: &str, rate: &str, warm_up: &str, seconds: &str) {
    let number = |word: &str| word.parse::<u32>().expect("a number");
    let mut key = String::new();
    std::io::stdin().read_line(&mut key).expect("a key");
    let wish = Wish {
        address: address.parse().expect("an address"),
        key: key.trim().to_owned(),
        rate: number(rate),
        warm_up: Duration::from_secs(number(warm_up).into()),
        counted: Duration::from_secs(number(seconds).into()),
    };
    // One thread: it is to take as little as it can from what is measured.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    println!("{}", runtime.block_on(all(wish)));
}

async fn all(wish: Wish) -> Value {
    let wish = std::sync::Arc::new(wish);
    // Time for the connections to be made.
    let begun = Instant::now() + Duration::from_millis(100);
    let running: Vec<_> = (0..CONNECTIONS)
        .map(|place| tokio::spawn(one(std::sync::Arc::clone(&wish), place, begun)))
        .collect();
    let mut whole = Outcome::default();
    for one in running {
        whole.add(one.await.expect("a connection"));
    }
    whole.told(&wish)
}

/// One connection: the requests `place`, `place + CONNECTIONS` and so on.
async fn one(wish: std::sync::Arc<Wish>, place: u32, begun: Instant) -> Outcome {
    let mut stream = TcpStream::connect(wish.address)
        .await
        .expect("a connection");
    stream.set_nodelay(true).expect("a socket");
    let seconds = wish.counted.as_secs() as usize;
    let mut outcome = Outcome {
        by_second: vec![0; seconds],
        ..Outcome::default()
    };
    let mut seen = Vec::with_capacity(4096);
    for number in (place..).step_by(CONNECTIONS as usize) {
        let after = Duration::from_secs_f64(f64::from(number) / f64::from(wish.rate));
        if after >= wish.warm_up + wish.counted {
            break;
        }
        tokio::time::sleep_until((begun + after).into()).await;
        let request = request(&wish.key, number);
        stream.write_all(request.as_bytes()).await.expect("sent");
        let is_accepted = answer(&mut stream, &mut seen).await;
        if after < wish.warm_up {
            continue;
        }
        let wait = (begun + after).elapsed();
        outcome.waits.push(wait.as_secs_f32() * 1e3);
        outcome.ended = after + wait - wish.warm_up;
        let second = outcome.ended.as_secs() as usize;
        outcome.by_second[second.min(seconds - 1)] += 1;
        match is_accepted {
            true => outcome.accepted += 1,
            false => outcome.refused += 1,
        }
    }
    outcome
}

fn request(key: &str, number: u32) -> String {
    // The key may read only.
    let method = match number % REFUSED_EVERY {
        0 => "POST",
        _ => "GET",
    };
    let path = number % PATHS;
    format!(
        "{method} /products/{path} HTTP/1.1\r\nHost: api\r\nContent-Length: 0\r\nX-API-KEY: {key}\r\n\r\n"
    )
}

/// Reads one answer and says whether its request was passed on. The sample API knows no single product: its 404 is as good
/// as a 200.
async fn answer(stream: &mut TcpStream, seen: &mut Vec<u8>) -> bool {
    seen.clear();
    let (head, length) = loop {
        let count = stream.read_buf(seen).await.expect("an answer");
        assert!(count > 0, "the gateway closed a connection");
        if let Some(head) = seen.windows(4).position(|part| part == b"\r\n\r\n") {
            break (head + 4, length(&seen[..head]));
        }
    };
    while seen.len() < head + length {
        let count = stream.read_buf(seen).await.expect("a body");
        assert!(count > 0, "the gateway closed a connection");
    }
    match &seen[9..12] {
        b"200" | b"404" => true,
        b"403" => false,
        other => panic!("an answer of {}", String::from_utf8_lossy(other)),
    }
}

/// Bytes of the body.
fn length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let value = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .expect("a length");
    value.trim().parse().expect("a number")
}

impl Outcome {
    fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.waits.extend(other.waits);
        self.ended = self.ended.max(other.ended);
        self.by_second.resize(other.by_second.len(), 0);
        for (sum, more) in self.by_second.iter_mut().zip(other.by_second) {
            *sum += more;
        }
    }

    fn told(mut self, wish: &Wish) -> Value {
        self.waits.sort_by(f32::total_cmp);
        // A gateway that falls behind answers after the time is over.
        let time = wish.counted.max(self.ended);
        json!({
            "accepted": self.accepted,
            "refused": self.refused,
            "per_second": f64::from(self.accepted + self.refused) / time.as_secs_f64(),
            "fewest_in_a_second": self.by_second.iter().min(),
            "wait_p99_ms": self.waits.get(self.waits.len() * 99 / 100),
            "wait_longest_ms": self.waits.last(),
        })
    }
}
