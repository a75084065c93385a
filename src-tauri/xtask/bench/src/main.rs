//! The measurements of `cargo xtask bench verify`, `list`, `fleet`, `http` and `gateway`, and the load generator of `bench
//! window`. It starts itself for servers that need their own process.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a program that prints a table, and stops when it cannot measure"
)]

mod better_auth;
mod bulk_change;
#[cfg(target_os = "linux")]
mod fleet;
mod gateway;
mod gateway_process;
mod hello_server;
mod http;
mod idle_connections;
mod key_list;
mod large_bodies;
mod large_store;
mod load;
mod measurement;
mod proxy_process;
mod server_process;
mod test_store;
mod upstream;
mod verify;
mod websockets;

use std::path::Path;

use better_auth::BetterAuth;
use measurement::Measurement;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (measurements, file) = match arguments.as_slice() {
        ["load", address, rate, warm_up, seconds] => {
            return load::load(address, rate, warm_up, seconds);
        }
        ["upstream"] => return runtime.block_on(upstream::run()),
        [
            "gateway-process",
            store,
            environment,
            listen,
            upstream,
            rules,
            request_log,
        ] => {
            return runtime.block_on(gateway_process::run(
                Path::new(store),
                environment,
                listen,
                upstream,
                rules.parse().expect("a number of rules"),
                request_log.parse().expect("true or false"),
            ));
        }
        ["gateway", file, keystile, part @ ..] => {
            raise_file_limit();
            let keystile = Path::new(keystile);
            let measurements = runtime.block_on(gateway::measure(keystile, part.first().copied()));
            (measurements, *file)
        }
        ["list", file] => {
            let mut measurements = runtime.block_on(key_list::measure());
            measurements.extend(runtime.block_on(bulk_change::measure()));
            (measurements, *file)
        }
        #[cfg(target_os = "linux")]
        ["fleet", file] => (runtime.block_on(fleet::measure()), *file),
        ["hello-server"] => return runtime.block_on(hello_server::run()),
        ["verify", file, script @ ..] => (verify(&runtime, better_auth(script)), *file),
        ["http", file, keystile, script @ ..] => {
            let better_auth = better_auth(script);
            (http(&runtime, Path::new(keystile), better_auth), *file)
        }
        _ => {
            panic!(
                "usage: verify FILE [BETTER_AUTH], list FILE, fleet FILE, http FILE KEYSTILE [BETTER_AUTH], gateway FILE KEYSTILE [PART]"
            )
        }
    };
    print!("{}", measurement::table(&measurements));
    std::fs::write(file, measurement::json(&measurements)).expect("write the results");
}

/// Returns better-auth if its script is given.
fn better_auth(arguments: &[&str]) -> Option<BetterAuth> {
    arguments.first().map(|script| BetterAuth::new(script))
}

fn verify(runtime: &tokio::runtime::Runtime, better_auth: Option<BetterAuth>) -> Vec<Measurement> {
    // First, because it measures the memory of this process.
    let mut measurements: Vec<Measurement> = runtime.block_on(large_store::measure());
    measurements.extend(verify::minimum_cost());
    for count in [1_000, 100_000] {
        measurements.extend(runtime.block_on(verify::cached(count)));
    }
    measurements.extend(runtime.block_on(verify::first_use()));
    let accepted = measurements
        .iter()
        .find(|measurement| measurement.label == verify::ACCEPTED);
    if let (Some(better_auth), Some(accepted)) = (better_auth, accepted) {
        measurements.extend(better_auth.verify(accepted.median));
    }
    measurements
}

fn http(
    runtime: &tokio::runtime::Runtime,
    keystile: &Path,
    better_auth: Option<BetterAuth>,
) -> Vec<Measurement> {
    let mut measurements = runtime.block_on(http::measure(keystile, better_auth));
    let first = runtime.block_on(verify::first_use());
    let argon2 = first
        .first()
        .map_or(f64::NAN, |measurement| measurement.median);
    measurements.push(runtime.block_on(http::verify_process(keystile, argon2)));
    measurements
}

/// Raises the limit of open files for this process and its children.
fn raise_file_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).expect("raise the limit of open files");
}
