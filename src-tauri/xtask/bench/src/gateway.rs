//! Requests through Keystile's gateway, nginx, and Caddy under wrk, all in front of the same API; then idle
//! connections, large bodies, and WebSockets.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::measurement::{Measurement, RUNS};
use crate::proxy_process::{ProxyProcess, ProxySetup};
use crate::server_process::ServerProcess;
use crate::test_store::{HashCost, TestStore};
use crate::{idle_connections, large_bodies, websockets};

const CONNECTIONS: &str = "32";
const SECONDS: &str = "3";

/// Sends each key in turn, so that caching one key is not enough.
const SCRIPT: &str = r#"
local keys = {}
for line in io.lines(os.getenv("KEYS")) do keys[#keys + 1] = line end
local next = 0
request = function()
  next = next % #keys + 1
  return wrk.format("GET", "/", {["X-API-KEY"] = keys[next]})
end
"#;

struct Load {
    folder: PathBuf,
}

impl Load {
    /// Runs wrk and returns the requests per second and the number of requests.
    fn wrk(&self, address: SocketAddr) -> (f64, f64) {
        let output = Command::new("wrk")
            .args(["-t1", "-c", CONNECTIONS, "-d", SECONDS, "-s"])
            .arg(self.folder.join("wrk.lua"))
            .arg(format!("http://{address}/"))
            .env("KEYS", self.folder.join("keys"))
            .output()
            .expect("wrk");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            !text.contains("Socket errors"),
            "connections failed: {text}"
        );
        assert!(
            !text.contains("Non-2xx"),
            "a valid key was rejected: {text}"
        );
        let rate = text
            .lines()
            .find_map(|line| line.trim().strip_prefix("Requests/sec:"))
            .and_then(|rest| rest.trim().parse().ok());
        let requests = text
            .lines()
            .find_map(|line| line.trim().split_once(" requests in "))
            .and_then(|(count, _)| count.parse().ok());
        (rate.expect("a rate"), requests.expect("a count"))
    }
}

/// Measures the gateway, or one `part`: `rates`, `rules`, `log`, `bodies`, `sockets`, or `idle`. `keystile` is the program.
pub(crate) async fn measure(keystile: &Path, part: Option<&str>) -> Vec<Measurement> {
    let is_selected = |name| part.is_none_or(|part| part == name);
    let store = TestStore::with(1_000, HashCost::Minimal).await;
    let folder = store.folder.path().to_owned();
    std::fs::write(folder.join("wrk.lua"), SCRIPT).expect("write a file");
    std::fs::write(folder.join("keys"), store.texts.join("\n")).expect("write a file");
    let this_program = std::env::current_exe().expect("this program");
    let upstream = ServerProcess::start(Command::new(this_program).arg("upstream"));
    let service = ServerProcess::start(
        Command::new(keystile)
            .args(["serve", "--listen", "127.0.0.1:0", "--db"])
            .arg(store.path()),
    );
    let store_path = store.path();
    let setup = ProxySetup {
        folder: folder.clone(),
        store: &store_path,
        environment: &store.environment,
        upstream: &upstream.address,
    };
    let gateway = ProxyProcess::gateway(&setup);
    let mut rows = Vec::new();
    if is_selected("rates") {
        let load = Load {
            folder: folder.clone(),
        };
        rows.extend(rates(&load, &setup, &gateway, &service, keystile));
    }
    if is_selected("rules") {
        let load = Load {
            folder: folder.clone(),
        };
        let with = ProxyProcess::gateway_with(&setup, 100, true);
        let name = "100 route rules, processor time relative to none";
        rows.push(relative_cost(&load, name, &with, &gateway));
    }
    if is_selected("log") {
        let load = Load { folder };
        let without = ProxyProcess::gateway_with(&setup, 0, false);
        let name = "request log, processor time relative to none";
        rows.push(relative_cost(&load, name, &gateway, &without));
        let with = ProxyProcess::gateway_run(&setup, keystile, &[]);
        let without = ProxyProcess::gateway_run(&setup, keystile, &["--no-request-log"]);
        let name = "  of keystile gateway run";
        rows.push(relative_cost(&load, name, &with, &without));
    }
    let key = &store.texts[0];
    if is_selected("bodies") {
        rows.extend(large_bodies::measure(&gateway, &ProxyProcess::nginx(&setup), key).await);
    }
    if is_selected("sockets") {
        rows.extend(websockets::measure(&gateway, key).await);
    }
    // A new process, without the memory of the earlier measurements.
    drop(gateway);
    if is_selected("idle") {
        rows.extend(idle_connections::measure(&ProxyProcess::gateway(&setup), key).await);
    }
    rows
}

/// Compares the processor time per request of two gateways, of which the first one does more.
fn relative_cost(
    load: &Load,
    name: &str,
    with: &ProxyProcess,
    without: &ProxyProcess,
) -> Measurement {
    let mut ratios = Vec::new();
    for run in 0..=RUNS {
        let [with, without] = [with, without].map(|gateway| {
            let before = gateway.cpu_time();
            let (_, requests) = load.wrk(gateway.address);
            (gateway.cpu_time() - before) / requests
        });
        // The first round fills the caches.
        if run > 0 {
            ratios.push(with / without);
        }
    }
    Measurement::new(name, "×", ratios).at_most(1.05)
}

fn rates(
    load: &Load,
    setup: &ProxySetup<'_>,
    gateway: &ProxyProcess,
    service: &ServerProcess,
    keystile: &Path,
) -> Vec<Measurement> {
    let service_address: SocketAddr = service.address.parse().expect("an address");
    let gateway_run = ProxyProcess::gateway_run(setup, keystile, &[]);
    let nginx = ProxyProcess::nginx(setup);
    let nginx_with_auth = ProxyProcess::nginx_with_auth(setup, service_address);
    let caddy_with_auth = ProxyProcess::caddy_with_auth(setup, service_address);
    let subjects = [
        &gateway,
        &&gateway_run,
        &&nginx,
        &&nginx_with_auth,
        &&caddy_with_auth,
    ];
    let (mut rates, mut costs) = ([const { Vec::new() }; 5], [const { Vec::new() }; 5]);
    // The first round fills the caches.
    for run in 0..=RUNS {
        for (index, proxy) in subjects.iter().enumerate() {
            let before = proxy.cpu_time() + service.cpu_time();
            let (rate, requests) = load.wrk(proxy.address);
            if run > 0 {
                rates[index].push(rate);
                costs[index].push((proxy.cpu_time() + service.cpu_time() - before) / requests);
            }
        }
    }
    let relative_to = |other: usize| -> Vec<f64> {
        let pairs = rates[0].iter().zip(&rates[other]);
        pairs.map(|(ours, theirs)| ours / theirs).collect()
    };
    let mut rows = vec![
        Measurement::new(
            "gateway, relative to nginx without auth",
            "×",
            relative_to(2),
        )
        .at_least(0.8),
        Measurement::new(
            "gateway, relative to nginx with auth_request",
            "×",
            relative_to(3),
        )
        .at_least(2.5),
        Measurement::new(
            "gateway, relative to Caddy with forward_auth",
            "×",
            relative_to(4),
        )
        .at_least(4.0),
    ];
    let names = [
        "gateway",
        "keystile gateway run",
        "nginx without auth",
        "nginx with auth_request",
        "Caddy with forward_auth",
    ];
    for ((name, rate), cost) in names.into_iter().zip(rates).zip(costs) {
        rows.push(Measurement::new(name, "/s", rate));
        rows.push(Measurement::new("  processor time", "µs", cost));
    }
    rows
}
