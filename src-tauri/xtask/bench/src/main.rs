//! Measures what a check of a key costs, in process beside what nothing can be faster than (one `pread` and the hashes),
//! over HTTP beside a bare hyper, both beside better-auth, and through the gateway beside other proxies. Started by
//! `cargo xtask bench verify`, `bench http` and `bench gateway`, in release; `bench window` has it send requests. It writes
//! keys that are cheap to prove, which nothing else may do. It grows by a row when a figure is promised.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a program whose output is its table, and that ends when it cannot measure"
)]

mod bodies;
mod checks;
mod flood;
mod gate;
mod gateway;
mod hello;
mod http;
mod idle;
mod keys;
mod opening;
mod peer;
mod proxied;
mod rows;
mod served;
mod sockets;
mod upstream;

use std::path::Path;

use peer::Peer;
use rows::Row;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (rows, file) = match words.as_slice() {
        ["flood", address, rate, warm_up, seconds] => {
            return flood::flood(address, rate, warm_up, seconds);
        }
        ["upstream"] => return runtime.block_on(upstream::answer()),
        ["gate", store, environment, listen, upstream, rules] => {
            return runtime.block_on(gate::answer(
                Path::new(store),
                environment,
                listen,
                upstream,
                rules.parse().expect("a number of rules"),
            ));
        }
        ["gateway", file, keystile, part @ ..] => {
            allow_many_connections();
            let keystile = Path::new(keystile);
            let rows = runtime.block_on(gateway::of(keystile, part.first().copied()));
            (rows, *file)
        }
        ["hello"] => return runtime.block_on(hello::answer()),
        ["verify", file, peer @ ..] => (verify(&runtime, their(peer)), *file),
        ["http", file, keystile, peer @ ..] => {
            (http(&runtime, Path::new(keystile), their(peer)), *file)
        }
        _ => {
            panic!("verify FILE [PEER], http FILE KEYSTILE [PEER], or gateway FILE KEYSTILE [PART]")
        }
    };
    print!("{}", rows::table(&rows));
    std::fs::write(file, rows::json(&rows)).expect("the figures are written");
}

/// The script of the peer, when it is named.
fn their(words: &[&str]) -> Option<Peer> {
    words.first().map(|script| Peer::new(script))
}

fn verify(runtime: &tokio::runtime::Runtime, peer: Option<Peer>) -> Vec<Row> {
    // First, while nothing else of this process is in memory.
    let mut rows: Vec<Row> = runtime.block_on(opening::million());
    rows.extend(checks::floors());
    for count in [1_000, 100_000] {
        rows.extend(runtime.block_on(checks::warm(count)));
    }
    rows.extend(runtime.block_on(checks::first()));
    let accepted = rows.iter().find(|row| row.what == checks::ACCEPTED);
    if let (Some(peer), Some(accepted)) = (peer, accepted) {
        rows.extend(peer.checks(accepted.median));
    }
    rows
}

fn http(runtime: &tokio::runtime::Runtime, keystile: &Path, peer: Option<Peer>) -> Vec<Row> {
    let mut rows = runtime.block_on(http::all(keystile, peer));
    let first = runtime.block_on(checks::first());
    let argon2 = first.first().map_or(f64::NAN, |row| row.median);
    rows.push(runtime.block_on(http::whole_process(keystile, argon2)));
    rows
}

/// For this process and those that it starts.
fn allow_many_connections() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).expect("as many connections as the system allows");
}
