//! Checks over HTTP under wrk, beside a bare hyper and better-auth in the same run; good keys during a flood of forged
//! ones; and the terminal's `verify` as a whole process. Everything runs as the release program that a person has.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::keys::{Cost, Filled, with_other_secret};
use crate::peer::{self, Peer};
use crate::rows::{RUNS, Row};
use crate::served::Served;

const CONNECTIONS: &str = "32";
const SECONDS: &str = "3";
/// How long good keys are watched among forged ones.
const FLOOD: Duration = Duration::from_secs(60);

/// Asks for every key in turn, so that no single one is in a cache by luck.
const SCRIPT: &str = r#"
local ask, environment = os.getenv("ASK"), os.getenv("ENVIRONMENT")
local keys = {}
for line in io.lines(os.getenv("KEYS")) do keys[#keys + 1] = line end
local next = 0
request = function()
  next = next % #keys + 1
  if ask == "verify" then
    local body = '{"key":"' .. keys[next] .. '","environment":"' .. environment .. '"}'
    return wrk.format("POST", "/v1/verify", {["Content-Type"] = "application/json"}, body)
  end
  local path = ask == "auth" and "/v1/auth/nginx/" .. environment or ask
  return wrk.format("GET", path, {["X-API-KEY"] = keys[next], ["X-Original-Method"] = "GET"})
end
"#;

/// What one run of wrk saw.
struct Seen {
    /// Requests a second.
    rate: f64,
    /// Answers that were not 2xx.
    refused: bool,
    requests: f64,
}

struct Load {
    folder: PathBuf,
    environment: String,
}

impl Load {
    fn wrk(&self, address: &str, ask: &str, keys: &str, connections: &str, seconds: &str) -> Seen {
        let output = self
            .command(address, ask, keys, connections, seconds)
            .output()
            .expect("wrk");
        let text = String::from_utf8_lossy(&output.stdout);
        let figure = |before: &str| {
            text.lines()
                .find_map(|line| line.trim().strip_prefix(before))
                .and_then(|rest| rest.trim().parse::<f64>().ok())
        };
        let requests = text
            .lines()
            .find_map(|line| line.trim().split_once(" requests in "))
            .and_then(|(count, _)| count.parse::<f64>().ok());
        assert!(!text.contains("Socket errors"), "answers were lost: {text}");
        Seen {
            rate: figure("Requests/sec:").unwrap_or_else(|| panic!("no figure: {text}")),
            refused: text.contains("Non-2xx"),
            requests: requests.unwrap_or_else(|| panic!("no count: {text}")),
        }
    }

    fn command(
        &self,
        address: &str,
        ask: &str,
        keys: &str,
        connections: &str,
        seconds: &str,
    ) -> Command {
        let mut command = Command::new("wrk");
        command
            .args(["-t1", "-c", connections, "-d", seconds, "-s"])
            .arg(self.folder.join("ask.lua"))
            .arg(format!("http://{address}/"))
            .env("ASK", ask)
            .env("KEYS", self.folder.join(keys))
            .env("ENVIRONMENT", &self.environment);
        command
    }
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("a file");
}

/// All figures about HTTP. `keystile` is the program.
pub(crate) async fn all(keystile: &Path, peer: Option<Peer>) -> Vec<Row> {
    let filled = Filled::with(1_000, Cost::Little).await;
    let folder = filled.folder.path().to_owned();
    write(&folder, "ask.lua", SCRIPT);
    write(&folder, "good", &filled.texts.join("\n"));
    let forged: Vec<_> = filled
        .texts
        .iter()
        .map(|text| with_other_secret(text, &filled.prefix))
        .collect();
    write(&folder, "forged", &forged.join("\n"));
    let load = Load {
        folder,
        environment: filled.environment.to_string(),
    };
    let this = std::env::current_exe().expect("this program");
    let hello = Served::start(Command::new(this).arg("hello"));
    let service = Served::start(
        Command::new(keystile)
            .args(["serve", "--listen", "127.0.0.1:0", "--db"])
            .arg(filled.path()),
    );
    let peer = peer.map(|peer| peer.serve(&load.folder));
    let mut rows = rates(&load, &hello, &service, peer.as_ref());
    drop(peer);
    rows.extend(flood(&load, &service, &filled.texts[0]).await);
    rows
}

/// One server under load, and what it is asked.
struct Subject<'a> {
    served: &'a Served,
    ask: &'static str,
    keys: &'static str,
    rates: Vec<f64>,
    /// Microseconds of processor time a request.
    costs: Vec<f64>,
}

impl<'a> Subject<'a> {
    fn new(served: &'a Served, ask: &'static str, keys: &'static str) -> Self {
        Self {
            served,
            ask,
            keys,
            rates: Vec::new(),
            costs: Vec::new(),
        }
    }

    fn measure(&mut self, load: &Load) {
        let before = self.served.spent();
        let address = &self.served.address;
        let seen = load.wrk(address, self.ask, self.keys, CONNECTIONS, SECONDS);
        let ask = self.ask;
        assert!(
            !seen.refused,
            "a good key was refused, so {ask} was not measured"
        );
        self.costs
            .push((self.served.spent() - before) / seen.requests);
        self.rates.push(seen.rate);
    }
}

/// Each run of one beside the run of the other that was made next to it.
fn ratios(ones: &[f64], others: &[f64]) -> Vec<f64> {
    ones.iter()
        .zip(others)
        .map(|(one, other)| one / other)
        .collect()
}

fn rates(load: &Load, hello: &Served, service: &Served, peer: Option<&Served>) -> Vec<Row> {
    let mut subjects = vec![
        Subject::new(hello, "auth", "good"),
        Subject::new(service, "auth", "good"),
        Subject::new(service, "verify", "good"),
    ];
    if let Some(peer) = peer {
        subjects.extend(peer::PATHS.map(|path| Subject::new(peer, path, peer::KEYS)));
    }
    // The first round proves every key.
    for subject in &mut subjects {
        subject.measure(load);
        subject.rates.clear();
        subject.costs.clear();
    }
    for _ in 0..RUNS {
        for subject in &mut subjects {
            subject.measure(load);
        }
    }
    let [bare, asked, told, theirs @ ..] = subjects.as_slice() else {
        return Vec::new();
    };
    let against_bare = |subject: &Subject<'_>| ratios(&subject.rates, &bare.rates);
    let mut rows = vec![
        Row::new("floor: bare hyper", "/s", bare.rates.clone()),
        Row::new(
            "floor: bare hyper, processor time",
            "µs",
            bare.costs.clone(),
        ),
        Row::new("forward-auth, against bare hyper", "×", against_bare(asked)).at_least(0.8),
        Row::new("forward-auth, processor time", "µs", asked.costs.clone()),
        Row::new(
            "POST /v1/verify, against bare hyper",
            "×",
            against_bare(told),
        )
        .at_least(0.65),
        Row::new("POST /v1/verify, processor time", "µs", told.costs.clone()),
    ];
    for their in theirs {
        let name = format!("better-auth, GET {}", their.ask);
        let rates = ratios(&asked.rates, &their.rates);
        let costs = ratios(&their.costs, &asked.costs);
        rows.extend([
            Row::new(&name, "/s", their.rates.clone()),
            Row::new(format!("{name}, processor time"), "µs", their.costs.clone()),
            Row::new("  forward-auth against that, requests", "×", rates).at_least(peer::HTTP_GOAL),
            Row::new("  forward-auth against that, processor time", "×", costs)
                .at_least(peer::HTTP_GOAL),
        ]);
    }
    rows
}

/// A good key every few milliseconds while 64 connections send forged ones as fast as they can.
async fn flood(load: &Load, service: &Served, key: &str) -> Vec<Row> {
    let before = service.memory();
    let seconds = (FLOOD.as_secs() + 2).to_string();
    let mut forging = load
        .command(&service.address, "auth", "forged", "64", &seconds)
        .stdout(Stdio::null())
        .spawn()
        .expect("wrk");
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut stream = TcpStream::connect(&service.address)
        .await
        .expect("a connection");
    stream.set_nodelay(true).expect("a socket");
    let request = format!(
        "GET /v1/auth/nginx/{} HTTP/1.1\r\nHost: {}\r\nX-API-KEY: {key}\r\nX-Original-Method: GET\r\n\r\n",
        load.environment, service.address
    );
    let mut waits = Vec::new();
    let begun = Instant::now();
    let mut part = [0_u8; 4096];
    while begun.elapsed() < FLOOD {
        let asked = Instant::now();
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut seen = Vec::new();
        while !seen.windows(4).any(|end| end == b"\r\n\r\n") {
            let count = stream.read(&mut part).await.expect("an answer");
            assert!(count > 0, "the service hung up on a good key");
            seen.extend_from_slice(&part[..count]);
        }
        assert!(seen.starts_with(b"HTTP/1.1 200 "), "a good key was refused");
        waits.push(asked.elapsed().as_secs_f64() * 1e3);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let growth = service.memory() - before;
    forging.wait().expect("wrk's end");
    waits.sort_by(f64::total_cmp);
    let p99 = waits[waits.len() * 99 / 100];
    vec![
        Row::new(
            "good keys during a flood of forged ones, p99",
            "ms",
            vec![p99],
        )
        .at_most(10.0),
        Row::new("  and memory growth", "MiB", vec![growth]).at_most(20.0),
    ]
}

/// `keystile verify -` from its start to its end, in a store of 1,000 keys, beside one Argon2id.
pub(crate) async fn whole_process(keystile: &Path, argon2: f64) -> Row {
    let filled = Filled::with(1_000, Cost::LastReal).await;
    let mut runs = Vec::new();
    for text in filled.texts.iter().rev().take(RUNS) {
        let begun = Instant::now();
        let mut child = Command::new(keystile)
            .args(["verify", "-", "--env", filled.environment.as_str(), "--db"])
            .arg(filled.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("keystile");
        let mut input = child.stdin.take().expect("a pipe");
        input.write_all(text.as_bytes()).expect("sent");
        drop(input);
        assert!(child.wait().expect("an end").success(), "a good key");
        runs.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    let goal = ((10.0 + argon2) * 100.0).round() / 100.0;
    Row::new("keystile verify, whole process, 1000 keys", "ms", runs).at_most(goal)
}
