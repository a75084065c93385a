//! Real processes whose clock is ahead by a day and is then set back: nothing that has ended works again.

use std::path::PathBuf;
use std::process::Command;

use crate::fixture::{CliFixture, ENVIRONMENT};
use crate::running::{Running, status_line};

/// Keys with something that ends in an hour.
struct Keys {
    expiring: String,
    paused: String,
    old_secret: String,
    new_secret: String,
    unlimited: String,
}

impl Keys {
    fn create(cli: &CliFixture) -> Self {
        let paused = cli.create_key("paused", &[]);
        cli.run_ok(&[
            "key",
            "disable",
            "paused",
            "--env",
            ENVIRONMENT,
            "--for",
            "1h",
        ]);
        let old_secret = cli.create_key("rotated", &[]);
        let rotate = ["key", "rotate", "rotated", "--env", ENVIRONMENT];
        let rotated = cli.run_ok(&[&rotate[..], &["--overlap", "1h", "--print"]].concat());
        Self {
            expiring: cli.create_key("expiring", &["--expires", "1h"]),
            paused,
            old_secret,
            new_secret: rotated.stdout.trim_end().to_owned(),
            unlimited: cli.create_key("unlimited", &[]),
        }
    }

    /// Returns the names of the keys that a request is allowed with.
    fn allowed(&self, status_line: impl Fn(&str) -> String) -> Vec<&'static str> {
        let keys = [
            ("expiring", &self.expiring),
            ("paused", &self.paused),
            ("old secret", &self.old_secret),
            ("new secret", &self.new_secret),
            ("unlimited", &self.unlimited),
        ];
        let is_allowed = |key: &str| match status_line(key) {
            line if line.contains(" 200 ") => true,
            line if line.contains(" 401 ") => false,
            line => panic!("neither allowed nor denied: {line}"),
        };
        let allowed = keys.into_iter().filter(|(_, key)| is_allowed(key));
        allowed.map(|(name, _)| name).collect()
    }
}

const BEFORE: [&str; 4] = ["expiring", "old secret", "new secret", "unlimited"];
const AFTER: [&str; 3] = ["paused", "new secret", "unlimited"];

/// A clock that a test sets while a process runs.
struct FakeClock(PathBuf);

impl FakeClock {
    fn new(cli: &CliFixture) -> Self {
        let clock = Self(cli.store_path().with_file_name("clock"));
        clock.set("+0");
        clock
    }

    /// Sets the clock to this offset from the real one.
    fn set(&self, offset: &str) {
        // In one step: the process may read the file at any time.
        let next = self.0.with_extension("next");
        std::fs::write(&next, offset).unwrap();
        std::fs::rename(next, &self.0).unwrap();
    }

    /// Lets a process use the clock. Only the time of day is changed, as an administrator would.
    fn apply(&self, command: &mut Command) {
        let library = Command::new("faketime")
            .args(["-f", "+0", "printenv", "LD_PRELOAD"])
            .output()
            .expect("faketime, which `cargo xtask test` installs");
        let library = String::from_utf8(library.stdout).unwrap();
        command
            .env("LD_PRELOAD", library.trim_end())
            .env("FAKETIME_TIMESTAMP_FILE", &self.0)
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    }
}

#[test]
fn running_gateway_revives_nothing_when_its_clock_is_set_back() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    let keys = Keys::create(&cli);
    let clock = FakeClock::new(&cli);
    let mut command = cli.command(&[
        "gateway",
        "run",
        "--env",
        ENVIRONMENT,
        "--port",
        "0",
        "--json",
    ]);
    clock.apply(&mut command);
    let mut gateway = Running::spawn(&mut command);
    let address = gateway.json_line()["address"].as_str().unwrap().to_owned();
    let allowed = || keys.allowed(|key| status_line(&address, "GET /products", key));
    assert_eq!(allowed(), BEFORE);
    clock.set("+1d");
    assert_eq!(allowed(), AFTER, "the clock went on");
    for offset in ["+0", "-1d"] {
        clock.set(offset);
        assert_eq!(allowed(), AFTER, "the clock was set back to {offset}");
    }
    gateway.terminate();
}

#[test]
fn service_revives_nothing_when_it_is_started_with_a_clock_that_was_set_back() {
    let cli = CliFixture::new();
    let keys = Keys::create(&cli);
    let clock = FakeClock::new(&cli);
    for (offset, expected) in [
        ("+0", &BEFORE[..]),
        ("+1d", &AFTER),
        ("+0", &AFTER),
        ("-1d", &AFTER),
    ] {
        clock.set(offset);
        let mut command = cli.command(&["serve", "--listen", "127.0.0.1:0"]);
        clock.apply(&mut command);
        let mut service = Running::spawn(&mut command);
        let address = service.service_address();
        let head = "GET /v1/auth/envoy/Acme%20Shop/staging/-/products";
        let allowed = keys.allowed(|key| status_line(&address, head, key));
        assert_eq!(allowed, expected, "a service with the clock at {offset}");
        service.terminate();
    }
    // With the real clock, which is a day behind the latest time.
    let verify = ["verify", "-", "--env", ENVIRONMENT, "--json"];
    for (key, code) in [
        (&keys.expiring, "expired"),
        (&keys.old_secret, "rotated"),
        (&keys.paused, "allowed"),
    ] {
        let verified = cli.run_with_stdin(key, &verify);
        assert_eq!(verified.json()["code"], code);
    }
}
