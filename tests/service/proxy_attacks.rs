//! Sends the attacks of the gateway through real proxies with the generated configurations, to a recording upstream. A
//! forwarded request requires no more than the permissions of its key, has the identity headers of the check, and
//! contains no key. Forged values contain `evil`.
//!
//! The field `forward_auth` marks expected differences from the gateway:
//! * `by_method`: the gateway denies it by a route rule or an ambiguous path. Forward-auth uses only the method, so a
//!   read key is accepted, unless the proxy rejects the path.
//! * `rejected`: the gateway allows it by a rule, which forward-auth does not have; or the gateway removes a part (a
//!   fragment, headers named by `Connection`) that a proxy forwards, so the check rejects the request.
//! * `removed`: the gateway removes a header. Here the proxy removes it, or the check rejects the request.
//! * `parsed_by_proxy`: one proxy rejects it, another one repairs it. Rows with a code of [`PARSED_BY_PROXY`] do not
//!   need this field.
//!
//! Open routes and preflights without a key are always rejected. `evil_in` lists where `evil` may occur in a forwarded
//! request: `target`, or a header without influence on method, path, and identity. `fault` is the beginning of an
//! expected parse error of the strict upstream.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use keystile_service::Proxy;

use crate::attack_table::{Row, rows};
use crate::attack_target::{AttackKeys, identity};
use crate::fixture::{ENVIRONMENT_NAME, ServiceFixture};
use crate::proxies::{ProtectedApi, start_before};
use crate::proxy_client::{read_responses, statuses};
use crate::recorder::{Received, Recorder, Request, cgi_name};
use crate::{caddy, nginx};

const TABLE: &str = include_str!("../vectors/gateway_attacks.json");

/// Codes of the gateway for requests that it cannot parse or forward.
const PARSED_BY_PROXY: [&str; 6] = [
    "headers_too_large",
    "invalid_host",
    "unsupported_target",
    "malformed_request",
    "request_timeout",
    "unsupported_http_version",
];
/// Headers that the proxies overwrite.
const HEADERS_SET_BY_PROXY: [&str; 5] = [
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-real-ip",
];
/// Prefixes of names that only a proxy may set.
const PROXY_ONLY_HEADERS: [&str; 7] = [
    "x-accel",
    "x-arr",
    "x-envoy",
    "x-forward",
    "x-keystile",
    "x-original",
    "x-rewrite",
];
/// Headers with which a request requires write, whatever its method.
const WRITE_HEADERS: [&str; 11] = [
    "http-method-override",
    "http2-settings",
    "method-override",
    "sec-websocket-key",
    "upgrade",
    "x-http-method",
    "x-http-method-override",
    "x-http-override",
    "x-method",
    "x-method-override",
    "x-override-method",
];

/// The expected outcome of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// The upstream receives the request, with the identity of the row's key.
    Passes,
    /// The upstream receives nothing.
    Rejected,
    /// Both are allowed.
    Either,
}

impl Outcome {
    fn from_row(row: &Row) -> Self {
        let has_key = row
            .optional("as")
            .is_some_and(|client| client != "anonymous");
        match row.optional("forward_auth") {
            Some("rejected") => Self::Rejected,
            Some("by_method" | "removed" | "parsed_by_proxy") => Self::Either,
            Some(other) => panic!("unknown outcome {other}"),
            None if PARSED_BY_PROXY.contains(&row.text("code")) => Self::Either,
            None if row.status() == 200 && has_key => Self::Passes,
            None => Self::Rejected,
        }
    }
}

struct Attacks {
    guarded: ProtectedApi,
    keys: AttackKeys,
    recorder: Recorder,
}

impl Attacks {
    async fn new(proxy: Proxy, prepare: fn(&Path, &str) -> Command) -> Self {
        let fixture = ServiceFixture::new().await;
        let keys = AttackKeys::new(&fixture).await;
        let (api, recorder) = Recorder::start().await;
        Self {
            guarded: start_before(proxy, ENVIRONMENT_NAME, fixture, api, prepare).await,
            keys,
            recorder,
        }
    }

    /// Sends a row and returns the faults of its response and of what the upstream received.
    async fn faults(&self, row: &Row) -> Vec<String> {
        let fixture = &self.guarded.fixture;
        let sent = self
            .keys
            .fill(fixture, self.guarded.address, row.text("request"));
        let requests = sent.matches(" HTTP/1.").count().max(1);
        let response = read_responses(self.guarded.address, &sent, requests).await;
        if row.is("breaks_off") {
            // A part of it may reach the upstream later.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let received = self.recorder.take();
        let mut faults = outcome_faults(row, &statuses(&response), &received, requests);
        faults.extend(
            received
                .faults
                .iter()
                .filter(|fault| {
                    !row.optional("fault")
                        .is_some_and(|known| fault.starts_with(known))
                })
                .cloned(),
        );
        for request in &received.requests {
            faults.extend(self.request_faults(row, &sent, request));
        }
        if self.has_a_key(&received.text) {
            faults.push(format!(
                "a key reached the upstream: {:.900}",
                received.text
            ));
        }
        if self.has_a_key(&response) || response.to_ascii_lowercase().contains("x-keystile-") {
            faults.push(format!(
                "the response contains identity headers: {response}"
            ));
        }
        faults
    }

    /// Returns whether a text contains a key or most of one, escaped or not.
    fn has_a_key(&self, text: &str) -> bool {
        let keys = self.keys.all(&self.guarded.fixture);
        let mut text = text.to_owned();
        for part in text.clone().split_ascii_whitespace() {
            let decoded = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, part);
            text += &String::from_utf8_lossy(&decoded.unwrap_or_default());
        }
        (0..3).any(|_| {
            let is_found = keys.iter().any(|key| text.contains(&key[..key.len() - 9]));
            text = decode(&text);
            is_found
        })
    }

    fn request_faults(&self, row: &Row, sent: &str, request: &Request) -> Vec<String> {
        let mut faults = Vec::new();
        let fixture = &self.guarded.fixture;
        let identity_headers: Vec<_> = request
            .headers_matching(|name| name.starts_with("x-keystile"))
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let is = |client: &str| {
            let mut expected = identity(fixture, client);
            expected.sort();
            let expected = expected.into_iter();
            identity_headers
                == expected
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect::<Vec<_>>()
        };
        let holds = |key: &str| sent.contains(key);
        let client = match row.optional("as") {
            Some(client @ ("reader" | "writer")) if Outcome::from_row(row) == Outcome::Passes => {
                client
            }
            _ if is("writer") && holds(&fixture.write_key.text) => "writer",
            _ => "reader",
        };
        if !is(client) || (client == "reader" && !holds(&fixture.read_key.text)) {
            faults.push(format!("the upstream received {identity_headers:?}"));
        }
        if client == "reader" && needs_write(request) {
            faults.push(format!("a read key passed: {request:?}"));
        }
        for (name, value) in &request.headers {
            let read = cgi_name(name);
            let is_identity = identity_headers.iter().any(|(name, _)| *name == read);
            if !HEADERS_SET_BY_PROXY.contains(&read.as_str())
                && !is_identity
                && PROXY_ONLY_HEADERS
                    .iter()
                    .any(|start| read.starts_with(start))
            {
                faults.push(format!("the upstream received {name}: {value}"));
            }
            if read == "upgrade" && !value.eq_ignore_ascii_case("websocket") {
                faults.push(format!(
                    "requests inside an upgrade to {value} bypass the check"
                ));
            }
            let is_listed = row.lines("evil_in").any(|location| location == read);
            if value.to_ascii_lowercase().contains("evil") && !is_listed {
                faults.push(format!("the upstream trusts {name}: {value}"));
            }
        }
        let is_listed = row.lines("evil_in").any(|location| location == "target");
        if request.line.to_ascii_lowercase().contains("evil") && !is_listed {
            faults.push(format!("the upstream received {}", request.line));
        }
        if !is_unchanged(row, sent, &request.line) {
            faults.push(format!("the upstream received {}", request.line));
        }
        for expected in row.lines("sees") {
            let is_expected = |(name, value): &(String, String)| {
                format!("{}: {value}", name.to_ascii_lowercase()) == expected
            };
            // A proxy may change between chunks and a length.
            if !expected.starts_with("content-length") && !request.headers.iter().any(is_expected) {
                faults.push(format!("the upstream did not receive {expected}"));
            }
        }
        if row
            .optional("body")
            .is_some_and(|body| request.body != body)
        {
            faults.push(format!("the upstream received the body {:?}", request.body));
        }
        faults
    }
}

fn outcome_faults(
    row: &Row,
    statuses: &[u16],
    received: &Received,
    requests: usize,
) -> Vec<String> {
    let mut faults = Vec::new();
    let outcome = Outcome::from_row(row);
    let accepted = statuses.iter().filter(|status| **status == 200).count();
    if outcome == Outcome::Passes && (accepted != 1 || received.requests.len() != 1) {
        faults.push(format!("did not pass: {statuses:?} {received:?}"));
    }
    if outcome == Outcome::Rejected && !(accepted == 0 && received.text.is_empty()) {
        faults.push(format!("passed: {statuses:?} {:.900}", received.text));
    }
    if outcome == Outcome::Rejected && !statuses.iter().all(|status| (400..500).contains(status)) {
        faults.push(format!("rejected with {statuses:?}"));
    }
    let is_truncated = received.truncated > 0 && !row.is("breaks_off");
    let has_extra = received.requests.len() > requests;
    if is_truncated || has_extra {
        faults.push(format!("the upstream received {received:?}"));
    }
    faults
}

/// Returns whether an upstream could interpret a request as a write.
fn needs_write(request: &Request) -> bool {
    let mut parts = request.line.split(' ');
    let (method, target) = (parts.next().unwrap_or_default(), parts.next());
    let query = target.and_then(|target| target.split_once('?'));
    let query = decode(&decode(query.map_or("", |(_, query)| query))).to_ascii_lowercase();
    !matches!(method, "GET" | "HEAD" | "OPTIONS")
        || query.contains("method")
        || request.headers.iter().any(|(name, value)| {
            WRITE_HEADERS.contains(&cgi_name(name).as_str()) && !value.is_empty()
        })
}

/// Returns whether the forwarded request line equals that of the client.
fn is_unchanged(row: &Row, sent: &str, line: &str) -> bool {
    let sent_lines = || sent.split(['\r', '\n']).filter(|line| !line.is_empty());
    let expected = match row.optional("line") {
        Some(line) if !sent.contains('#') => line,
        _ => sent_lines().next().unwrap_or_default(),
    };
    let plain = |line: &str| {
        let line = line.rsplit_once(' ').map_or(line, |(line, _)| line);
        // Caddy escapes invalid characters.
        let is_escaped = |character: char| !character.is_ascii() || "\\#".contains(character);
        let mut text = String::new();
        for character in line.chars() {
            if is_escaped(character) {
                let mut bytes = [0; 4];
                for byte in character.encode_utf8(&mut bytes).bytes() {
                    text += &format!("%{byte:02X}");
                }
            } else {
                text.push(character);
            }
        }
        text
    };
    if plain(line) == plain(expected) {
        return true;
    }
    let is_parsed = PARSED_BY_PROXY.contains(&row.text("code"))
        || row.optional("forward_auth") == Some("parsed_by_proxy");
    let mut parts = line.split(' ');
    let (method, target) = (parts.next().unwrap_or_default(), parts.next());
    is_parsed
        && sent_lines().any(|line| {
            line.trim_start().starts_with(method)
                && target.is_some_and(|target| line.contains(target))
        })
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escape = (*byte == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(escape.unwrap_or(*byte));
        at += if escape.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

async fn attack(proxy: Proxy, prepare: fn(&Path, &str) -> Command) {
    let attacks = Attacks::new(proxy, prepare).await;
    // Truncated requests last: they may reach the upstream late.
    let (broken, complete): (Vec<_>, Vec<_>) = rows(TABLE)
        .into_iter()
        .partition(|row| row.is("breaks_off"));
    let mut failures = Vec::new();
    for row in complete.iter().chain(&broken) {
        for fault in attacks.faults(row).await {
            failures.push(format!("{}: {fault}", row.text("name")));
        }
    }
    assert!(
        failures.is_empty(),
        "{proxy} forwards no unauthorized attack:\n{}",
        failures.join("\n")
    );
    let fixture = &attacks.guarded.fixture;
    let good = format!(
        "GET /after HTTP/1.1\r\nHost: a\r\nX-API-KEY: {}\r\n\r\n",
        fixture.read_key.text
    );
    let response = read_responses(attacks.guarded.address, &good, 1).await;
    assert_eq!(
        statuses(&response),
        [200],
        "{proxy} still works: {response}"
    );
    let received = attacks.recorder.take();
    assert_eq!(
        received.requests.len(),
        1,
        "no attack reaches the upstream late: {received:?}"
    );
}

#[tokio::test]
async fn nginx_forwards_no_unauthorized_attack() {
    attack(Proxy::Nginx, nginx::prepare).await;
}

#[tokio::test]
async fn caddy_forwards_no_unauthorized_attack() {
    attack(Proxy::Caddy, caddy::prepare).await;
}
