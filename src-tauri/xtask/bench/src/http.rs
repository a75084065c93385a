//! Key verification over HTTP under wrk, compared with hyper and better-auth; valid keys during a flood of forged ones;
//! and `keystile verify` as a process. All programs are release builds.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::better_auth::{self, BetterAuth};
use crate::measurement::{Measurement, RUNS};
use crate::server_process::ServerProcess;
use crate::test_store::{HashCost, TestStore, forged_key};

const CONNECTIONS: &str = "32";
const SECONDS: &str = "3";
/// How long valid keys are measured during the flood.
const FLOOD_TIME: Duration = Duration::from_secs(60);

/// Sends each key in turn, so that caching one key is not enough.
const SCRIPT: &str = r#"
local endpoint, environment = os.getenv("ENDPOINT"), os.getenv("ENVIRONMENT")
local keys = {}
for line in io.lines(os.getenv("KEYS")) do keys[#keys + 1] = line end
local next = 0
request = function()
  next = next % #keys + 1
  if endpoint == "verify" then
    local body = '{"key":"' .. keys[next] .. '","environment":"' .. environment .. '"}'
    return wrk.format("POST", "/v1/verify", {["Content-Type"] = "application/json"}, body)
  end
  local path = endpoint == "auth" and "/v1/auth/nginx/" .. environment or endpoint
  return wrk.format("GET", path, {["X-API-KEY"] = keys[next], ["X-Original-Method"] = "GET"})
end
"#;

/// The result of a wrk run.
struct WrkResult {
    /// Requests per second.
    rate: f64,
    /// Whether a status other than 2xx was received.
    has_errors: bool,
    requests: f64,
}

struct Load {
    folder: PathBuf,
    environment: String,
}

impl Load {
    fn wrk(
        &self,
        address: &str,
        endpoint: &str,
        keys: &str,
        connections: &str,
        seconds: &str,
    ) -> WrkResult {
        let output = self
            .command(address, endpoint, keys, connections, seconds)
            .output()
            .expect("wrk");
        let text = String::from_utf8_lossy(&output.stdout);
        let value = |label: &str| {
            text.lines()
                .find_map(|line| line.trim().strip_prefix(label))
                .and_then(|rest| rest.trim().parse::<f64>().ok())
        };
        let requests = text
            .lines()
            .find_map(|line| line.trim().split_once(" requests in "))
            .and_then(|(count, _)| count.parse::<f64>().ok());
        assert!(
            !text.contains("Socket errors"),
            "connections failed: {text}"
        );
        WrkResult {
            rate: value("Requests/sec:").unwrap_or_else(|| panic!("no rate: {text}")),
            has_errors: text.contains("Non-2xx"),
            requests: requests.unwrap_or_else(|| panic!("no count: {text}")),
        }
    }

    fn command(
        &self,
        address: &str,
        endpoint: &str,
        keys: &str,
        connections: &str,
        seconds: &str,
    ) -> Command {
        let mut command = Command::new("wrk");
        command
            .args(["-t1", "-c", connections, "-d", seconds, "-s"])
            .arg(self.folder.join("wrk.lua"))
            .arg(format!("http://{address}/"))
            .env("ENDPOINT", endpoint)
            .env("KEYS", self.folder.join(keys))
            .env("ENVIRONMENT", &self.environment);
        command
    }
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("a file");
}

/// Measures everything over HTTP. `keystile` is the program.
pub(crate) async fn measure(keystile: &Path, better_auth: Option<BetterAuth>) -> Vec<Measurement> {
    let store = TestStore::with(1_000, HashCost::Minimal).await;
    let folder = store.folder.path().to_owned();
    write(&folder, "wrk.lua", SCRIPT);
    write(&folder, "valid", &store.texts.join("\n"));
    let forged: Vec<_> = store
        .texts
        .iter()
        .map(|text| forged_key(text, &store.prefix))
        .collect();
    write(&folder, "forged", &forged.join("\n"));
    let load = Load {
        folder,
        environment: store.environment.to_string(),
    };
    let this_program = std::env::current_exe().expect("this program");
    let hello = ServerProcess::start(Command::new(this_program).arg("hello-server"));
    let service = ServerProcess::start(
        Command::new(keystile)
            .args(["serve", "--listen", "127.0.0.1:0", "--db"])
            .arg(store.path()),
    );
    let better_auth = better_auth.map(|better_auth| better_auth.serve(&load.folder));
    let mut rows = rates(&load, &hello, &service, better_auth.as_ref());
    drop(better_auth);
    rows.extend(flood(&load, &service, &store.texts[0]).await);
    rows
}

/// A server under load, and the requests that it receives.
struct Subject<'a> {
    server: &'a ServerProcess,
    endpoint: &'static str,
    keys: &'static str,
    rates: Vec<f64>,
    /// Processor time per request, in microseconds.
    costs: Vec<f64>,
}

impl<'a> Subject<'a> {
    fn new(server: &'a ServerProcess, endpoint: &'static str, keys: &'static str) -> Self {
        Self {
            server,
            endpoint,
            keys,
            rates: Vec::new(),
            costs: Vec::new(),
        }
    }

    fn measure(&mut self, load: &Load) {
        let before = self.server.cpu_time();
        let address = &self.server.address;
        let result = load.wrk(address, self.endpoint, self.keys, CONNECTIONS, SECONDS);
        let endpoint = self.endpoint;
        assert!(!result.has_errors, "{endpoint} rejected a valid key");
        self.costs
            .push((self.server.cpu_time() - before) / result.requests);
        self.rates.push(result.rate);
    }
}

/// Divides each run by the run of the other server that was measured next to it.
fn ratios(values: &[f64], others: &[f64]) -> Vec<f64> {
    values
        .iter()
        .zip(others)
        .map(|(value, other)| value / other)
        .collect()
}

fn rates(
    load: &Load,
    hello: &ServerProcess,
    service: &ServerProcess,
    better_auth: Option<&ServerProcess>,
) -> Vec<Measurement> {
    let mut subjects = vec![
        Subject::new(hello, "auth", "valid"),
        Subject::new(service, "auth", "valid"),
        Subject::new(service, "verify", "valid"),
    ];
    if let Some(server) = better_auth {
        subjects
            .extend(better_auth::PATHS.map(|path| Subject::new(server, path, better_auth::KEYS)));
    }
    // The first round fills the caches.
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
    let [bare, auth, verify, others @ ..] = subjects.as_slice() else {
        return Vec::new();
    };
    let relative_to_bare = |subject: &Subject<'_>| ratios(&subject.rates, &bare.rates);
    let mut rows = vec![
        Measurement::new("baseline: hyper", "/s", bare.rates.clone()),
        Measurement::new("baseline: hyper, processor time", "µs", bare.costs.clone()),
        Measurement::new(
            "forward-auth, relative to hyper",
            "×",
            relative_to_bare(auth),
        )
        .at_least(0.8),
        Measurement::new("forward-auth, processor time", "µs", auth.costs.clone()),
        Measurement::new(
            "POST /v1/verify, relative to hyper",
            "×",
            relative_to_bare(verify),
        )
        .at_least(0.65),
        Measurement::new(
            "POST /v1/verify, processor time",
            "µs",
            verify.costs.clone(),
        ),
    ];
    for other in others {
        let name = format!("better-auth, GET {}", other.endpoint);
        let rates = ratios(&auth.rates, &other.rates);
        let costs = ratios(&other.costs, &auth.costs);
        rows.extend([
            Measurement::new(&name, "/s", other.rates.clone()),
            Measurement::new(format!("{name}, processor time"), "µs", other.costs.clone()),
            Measurement::new("  forward-auth relative to that, requests", "×", rates)
                .at_least(better_auth::HTTP_GOAL),
            Measurement::new(
                "  forward-auth relative to that, processor time",
                "×",
                costs,
            )
            .at_least(better_auth::HTTP_GOAL),
        ]);
    }
    rows
}

/// Sends a valid key every few milliseconds while 64 connections send forged keys as fast as they can.
async fn flood(load: &Load, service: &ServerProcess, key: &str) -> Vec<Measurement> {
    let before = service.memory();
    let seconds = (FLOOD_TIME.as_secs() + 2).to_string();
    let mut flood = load
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
    let mut latencies = Vec::new();
    let start = Instant::now();
    let mut buffer = [0_u8; 4096];
    while start.elapsed() < FLOOD_TIME {
        let sent = Instant::now();
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut response = Vec::new();
        while !response.windows(4).any(|end| end == b"\r\n\r\n") {
            let count = stream.read(&mut buffer).await.expect("a response");
            assert!(count > 0, "the service closed the connection");
            response.extend_from_slice(&buffer[..count]);
        }
        assert!(
            response.starts_with(b"HTTP/1.1 200 "),
            "a valid key was rejected"
        );
        latencies.push(sent.elapsed().as_secs_f64() * 1e3);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let growth = service.memory() - before;
    flood.wait().expect("wrk");
    latencies.sort_by(f64::total_cmp);
    let p99 = latencies[latencies.len() * 99 / 100];
    vec![
        Measurement::new(
            "valid keys during a flood of forged ones, p99",
            "ms",
            vec![p99],
        )
        .at_most(10.0),
        Measurement::new("  memory growth", "MiB", vec![growth]).at_most(20.0),
    ]
}

/// Measures `keystile verify -` as a process, in a store of 1,000 keys. `argon2` is the time of one hash in ms.
pub(crate) async fn verify_process(keystile: &Path, argon2: f64) -> Measurement {
    let store = TestStore::with(1_000, HashCost::LastReal).await;
    let mut runs = Vec::new();
    for text in store.texts.iter().rev().take(RUNS) {
        let start = Instant::now();
        let mut child = Command::new(keystile)
            .args(["verify", "-", "--env", store.environment.as_str(), "--db"])
            .arg(store.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("keystile");
        let mut input = child.stdin.take().expect("a pipe");
        input.write_all(text.as_bytes()).expect("sent");
        drop(input);
        assert!(child.wait().expect("keystile").success(), "a valid key");
        runs.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let goal = ((10.0 + argon2) * 100.0).round() / 100.0;
    Measurement::new("keystile verify, process, 1000 keys", "ms", runs).at_most(goal)
}
