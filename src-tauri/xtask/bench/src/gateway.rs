//! Requests through Keystile's gateway under wrk, beside nginx and Caddy in the same run, each before the same API; then
//! what the gateway holds: idle connections, large bodies, WebSockets.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::keys::{Cost, Filled};
use crate::proxied::{Place, Proxied};
use crate::rows::{RUNS, Row};
use crate::served::Served;
use crate::{bodies, idle, sockets};

const CONNECTIONS: &str = "32";
const SECONDS: &str = "3";

/// Shows every key in turn, so that no single one is in a cache by luck.
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
    /// One run: requests a second, and requests.
    fn wrk(&self, address: SocketAddr) -> (f64, f64) {
        let output = Command::new("wrk")
            .args(["-t1", "-c", CONNECTIONS, "-d", SECONDS, "-s"])
            .arg(self.folder.join("ask.lua"))
            .arg(format!("http://{address}/"))
            .env("KEYS", self.folder.join("keys"))
            .output()
            .expect("wrk");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(!text.contains("Socket errors"), "answers were lost: {text}");
        assert!(!text.contains("Non-2xx"), "a good key was refused: {text}");
        let rate = text
            .lines()
            .find_map(|line| line.trim().strip_prefix("Requests/sec:"))
            .and_then(|rest| rest.trim().parse().ok());
        let requests = text
            .lines()
            .find_map(|line| line.trim().split_once(" requests in "))
            .and_then(|(count, _)| count.parse().ok());
        (rate.expect("a figure"), requests.expect("a count"))
    }
}

/// The figures about the gateway, or about one `part`: `rates`, `rules`, `bodies`, `sockets` or `idle`. `keystile` is the program.
pub(crate) async fn of(keystile: &Path, part: Option<&str>) -> Vec<Row> {
    let is_wanted = |name| part.is_none_or(|part| part == name);
    let filled = Filled::with(1_000, Cost::Little).await;
    let folder = filled.folder.path().to_owned();
    std::fs::write(folder.join("ask.lua"), SCRIPT).expect("a file");
    std::fs::write(folder.join("keys"), filled.texts.join("\n")).expect("a file");
    let this = std::env::current_exe().expect("this program");
    let upstream = Served::start(Command::new(this).arg("upstream"));
    let service = Served::start(
        Command::new(keystile)
            .args(["serve", "--listen", "127.0.0.1:0", "--db"])
            .arg(filled.path()),
    );
    let store = filled.path();
    let place = Place {
        folder: folder.clone(),
        store: &store,
        environment: &filled.environment,
        upstream: &upstream.address,
    };
    let gateway = Proxied::gateway(&place);
    let mut rows = Vec::new();
    if is_wanted("rates") {
        let load = Load {
            folder: folder.clone(),
        };
        rows.extend(rates(&load, &place, &gateway, &service, keystile));
    }
    if is_wanted("rules") {
        rows.extend(rules(&Load { folder }, &gateway, &place));
    }
    let key = &filled.texts[0];
    if is_wanted("bodies") {
        rows.extend(bodies::both(&gateway, &Proxied::nginx(&place), key).await);
    }
    if is_wanted("sockets") {
        rows.extend(sockets::echoing(&gateway, key).await);
    }
    // A process that has nothing left over from what came before.
    drop(gateway);
    if is_wanted("idle") {
        rows.extend(idle::held(&Proxied::gateway(&place), key).await);
    }
    rows
}

/// The processor time of a request through a gateway with 100 route rules, beside one with none.
fn rules(load: &Load, without: &Proxied, place: &Place<'_>) -> Vec<Row> {
    let with = Proxied::gateway_with_rules(place, 100);
    let mut ratios = Vec::new();
    for run in 0..=RUNS {
        let [with, without] = [&with, without].map(|gateway| {
            let before = gateway.spent();
            let (_, requests) = load.wrk(gateway.address);
            (gateway.spent() - before) / requests
        });
        // The first round proves every key and warms every cache.
        if run > 0 {
            ratios.push(with / without);
        }
    }
    vec![
        Row::new(
            "gateway with 100 route rules, processor time against none",
            "×",
            ratios,
        )
        .at_most(1.05),
    ]
}

fn rates(
    load: &Load,
    place: &Place<'_>,
    gateway: &Proxied,
    service: &Served,
    keystile: &Path,
) -> Vec<Row> {
    let asked: SocketAddr = service.address.parse().expect("an address");
    let terminal = Proxied::terminal(place, keystile);
    let nginx = Proxied::nginx(place);
    let nginx_asking = Proxied::nginx_asking(place, asked);
    let caddy_asking = Proxied::caddy_asking(place, asked);
    let subjects = [
        &gateway,
        &&terminal,
        &&nginx,
        &&nginx_asking,
        &&caddy_asking,
    ];
    let (mut rates, mut costs) = ([const { Vec::new() }; 5], [const { Vec::new() }; 5]);
    // The first round proves every key and warms every cache.
    for run in 0..=RUNS {
        for (at, proxied) in subjects.iter().enumerate() {
            let before = proxied.spent() + service.spent();
            let (rate, requests) = load.wrk(proxied.address);
            if run > 0 {
                rates[at].push(rate);
                costs[at].push((proxied.spent() + service.spent() - before) / requests);
            }
        }
    }
    let against = |other: usize| -> Vec<f64> {
        let pairs = rates[0].iter().zip(&rates[other]);
        pairs.map(|(ours, theirs)| ours / theirs).collect()
    };
    let mut rows = vec![
        Row::new("gateway, against nginx without a check", "×", against(2)).at_least(0.8),
        Row::new("gateway, against nginx that asks", "×", against(3)).at_least(2.5),
        Row::new("gateway, against Caddy that asks", "×", against(4)).at_least(4.0),
    ];
    let names = [
        "gateway",
        "keystile gateway run",
        "nginx without a check",
        "nginx that asks",
        "Caddy that asks",
    ];
    for ((name, rate), cost) in names.into_iter().zip(rates).zip(costs) {
        rows.push(Row::new(name, "/s", rate));
        rows.push(Row::new("  and processor time", "µs", cost));
    }
    rows
}
