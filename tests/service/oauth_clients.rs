//! Tests of introspection (RFC 7662) with OAuth 2.0 clients: authlib for Python and openid-client for Node.js, in the
//! versions of `oauth_clients/`. In HTTP Basic, openid-client form-encodes the client secret (RFC 6749, section 2.3.1)
//! and authlib does not; the admin token has characters for which that matters.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use keystile_service::AdminTokens;
use serde_json::{Value, json};

use crate::fixture::{ENVIRONMENT_PATH, ServiceFixture, local_settings};
use crate::installed::{install_python_packages, installed, run};
use crate::started_gateway::tamper;

/// Contains characters that forms escape, a text that looks escaped, and the separator of HTTP Basic.
const ADMIN_TOKEN: &str = "0123456789abcdef:%2B%zz+/=&?'()*~\"";
const METHODS: [&str; 2] = ["client_secret_basic", "client_secret_post"];
/// The expiry of the reader, stored in milliseconds, returned in seconds.
const EXPIRES_AT: &str = "UPDATE keys SET expires_at = 4102444800000 WHERE name = 'ci reader'";
const EXP: i64 = 4_102_444_800;

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("service/oauth_clients")
}

fn authlib() -> Command {
    let lock = include_str!("oauth_clients/requirements.txt");
    let folder = installed("authlib", lock, |folder| {
        let requirements = sources().join("requirements.txt");
        let requirements = requirements.to_str().expect("a path of text");
        install_python_packages(folder, &["--require-hashes", "--requirement", requirements]);
    });
    let mut command = Command::new(folder.join("bin/python"));
    command.arg(sources().join("authlib_client.py"));
    command
}

fn openid_client() -> Command {
    let lock = include_str!("oauth_clients/package-lock.json");
    let script = include_str!("oauth_clients/openid_client.js");
    let versions = format!("{lock}{script}");
    let folder = installed("openid-client", &versions, |folder| {
        // Node.js resolves packages relative to the script.
        for name in [
            ".npmrc",
            "package.json",
            "package-lock.json",
            "openid_client.js",
        ] {
            std::fs::copy(sources().join(name), folder.join(name)).expect("a copy");
        }
        run(Command::new("npm")
            .args(["ci", "--silent"])
            .current_dir(folder)
            .env("npm_config_update_notifier", "false"));
    });
    let mut command = Command::new("node");
    command.arg(folder.join("openid_client.js"));
    command
}

/// A service with an admin token, and its introspection endpoint.
struct Introspection {
    fixture: ServiceFixture,
    url: String,
    command: fn() -> Command,
}

impl Introspection {
    async fn new(command: fn() -> Command) -> Self {
        let mut settings = local_settings();
        settings.admin_tokens = Some(AdminTokens::parse(ADMIN_TOKEN).expect("a token"));
        let fixture = ServiceFixture::with_settings(settings).await;
        let url = format!(
            "http://{}/v1/introspect/{ENVIRONMENT_PATH}",
            fixture.address
        );
        Self {
            fixture,
            url,
            command,
        }
    }

    /// Introspects each token with each authentication method. Secret and tokens are not on the command line.
    async fn results(&self, secret: &str, tokens: &[&str]) -> Vec<(&'static str, Vec<Value>)> {
        let mut results = Vec::new();
        for method in METHODS {
            let requests: Vec<Value> = tokens
                .iter()
                .map(|token| {
                    json!({"url": self.url, "method": method, "secret": secret, "token": token})
                })
                .collect();
            let input = Value::from(requests).to_string();
            let mut command = (self.command)();
            let output = tokio::task::spawn_blocking(move || {
                let mut child = command
                    .stdin(Stdio::piped())
                    .stdout(Stdio::piped())
                    .spawn()
                    .unwrap_or_else(|error| panic!("{command:?} must be installed: {error}"));
                let mut stdin = child.stdin.take().expect("a pipe");
                stdin.write_all(input.as_bytes()).expect("sent");
                drop(stdin);
                child.wait_with_output().expect("EOF")
            });
            let output = output.await.expect("no panic");
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "the client failed: {text}");
            let values: Vec<Value> = serde_json::from_str(&text).expect("JSON");
            assert_eq!(values.len(), tokens.len(), "one result for each token");
            results.push((method, values));
        }
        results
    }
}

async fn introspects(command: fn() -> Command) {
    let introspection = Introspection::new(command).await;
    let fixture = &introspection.fixture;
    tamper(fixture, EXPIRES_AT).await;
    fixture.revoke_key(fixture.write_key.id).await;
    let tokens = [
        fixture.read_key.text.as_str(),
        &fixture.other_environment_key.text,
        &fixture.write_key.text,
        "nonsense",
    ];
    for (method, results) in introspection.results(ADMIN_TOKEN, &tokens).await {
        for result in &results {
            assert_eq!(
                result["status"], 200,
                "{method}: the admin token is the client's secret: {result}"
            );
        }
        let active = &results[0]["body"];
        assert_eq!(active["active"], true, "{method}: the key works: {active}");
        for (field, value) in [
            ("scope", json!("read")),
            ("sub", json!(fixture.read_key.id.as_str())),
            ("client_id", json!(fixture.environment.as_str())),
            ("exp", json!(EXP)),
        ] {
            assert_eq!(
                active[field], value,
                "{method}: resource servers use {field}: {active}"
            );
        }
        assert!(
            active["iat"].is_i64(),
            "{method}: the time of issue is a number: {active}"
        );
        for (result, key) in results[1..].iter().zip(["elsewhere", "revoked", "unknown"]) {
            assert_eq!(
                result["body"],
                json!({"active": false}),
                "{method}: a rejected key has no other fields: {key}"
            );
        }
    }
    let doubled = format!("{ADMIN_TOKEN}{ADMIN_TOKEN}");
    for secret in ["wrong", doubled.as_str(), &ADMIN_TOKEN.replace("%2B", "+")] {
        for (method, results) in introspection.results(secret, &tokens[..1]).await {
            assert_eq!(
                results[0]["status"], 401,
                "{method}: the admin token is required: {secret}"
            );
        }
    }
}

#[tokio::test]
async fn authlib_introspects_keys_of_one_environment() {
    introspects(authlib).await;
}

#[tokio::test]
async fn openid_client_introspects_keys_of_one_environment() {
    introspects(openid_client).await;
}
