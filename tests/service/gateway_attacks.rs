//! Sends the attacks in `tests/vectors/gateway_attacks.json` to the gateway. Rejected requests do not reach the
//! upstream. An authorized request reaches it once, unchanged, without the key, and only with the gateway's own
//! identity headers. Forged values contain `evil`.

use crate::attack_table::{Row, rows};
use crate::attack_target::AttackTarget;
use crate::raw_http::{Responses, read_all_responses};
use crate::recorder::{Received, Request, cgi_name};

const TABLE: &str = include_str!("../vectors/gateway_attacks.json");

/// Headers that the gateway never sets.
const FORBIDDEN_HEADERS: [&str; 24] = [
    "client-ip",
    "expect",
    "forwarded",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "true-client-ip",
    "x-api-key",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-forwarded",
    "x-http-method",
    "x-http-method-override",
    "x-method",
    "x-method-override",
    "x-original-forwarded-for",
    "x-original-host",
    "x-original-method",
    "x-original-uri",
    "x-original-url",
    "x-real-ip",
    "x-rewrite-url",
];
/// Framing and host headers, which must not have other spellings.
const PLAIN_HEADERS: [&str; 3] = ["content-length", "host", "transfer-encoding"];

#[tokio::test]
async fn gateway_attack_gets_expected_response_and_forwards_nothing_else() {
    let target = AttackTarget::new().await;
    // A truncated request may partly reach the upstream after the response. Send these last.
    let (broken, complete): (Vec<_>, Vec<_>) = rows(TABLE)
        .into_iter()
        .partition(|row| row.is("breaks_off"));
    let mut failures = Vec::new();
    for row in complete.iter().chain(&broken) {
        for fault in attack(&target, row).await {
            failures.push(format!("{}: {fault}", row.text("name")));
        }
    }
    assert!(
        failures.is_empty(),
        "each attack gets the response in the table:\n{}",
        failures.join("\n")
    );
    let good = target.fill("GET /after HTTP/1.1\r\nHost: a\r\nX-API-KEY: {reader}\r\n\r\n");
    let responses = read_all_responses(target.address, good, 1).await;
    assert_eq!(responses.replies[0].status, 200, "the gateway still works");
    let lines: Vec<_> = target.recorder.take().requests;
    assert_eq!(
        lines.len(),
        1,
        "no attack reaches the upstream late: {lines:?}"
    );
}

/// Sends a row and returns the faults of its response and of what the upstream received.
async fn attack(target: &AttackTarget, row: &Row) -> Vec<String> {
    let mut routing = target.handle.routing();
    routing.allow_preflight = row.is("preflights");
    target.handle.set_routing(routing);
    let sent = target.fill(row.text("request"));
    let responses = read_all_responses(target.address, &sent, 1).await;
    let mut received = target.recorder.take();
    let mut faults = std::mem::take(&mut received.faults);
    faults.extend(response_faults(row, &responses));
    let is_truncated = received.truncated > 0;
    match &received.requests[..] {
        [] if row.is("breaks_off") => {}
        [request] if row.status() < 300 && !is_truncated => {
            faults.extend(forwarding_faults(target, row, &sent, request));
        }
        [] if row.status() >= 300 && received.text.is_empty() => {}
        _ => faults.push(format!("the upstream received {:.500}", received.text)),
    }
    faults.extend(exposure_faults(target, &received, &responses));
    faults
}

fn response_faults(row: &Row, responses: &Responses) -> Option<String> {
    let [reply] = &responses.replies[..] else {
        return Some(format!(
            "{} responses: {}",
            responses.replies.len(),
            responses.text
        ));
    };
    let code = match reply.status {
        200 => String::new(),
        _ => reply.code(),
    };
    let is_expected = (reply.status, code.as_str()) == (row.status(), row.text("code"));
    (!is_expected).then(|| format!("got status {} {code}", reply.status))
}

/// Returns the faults that no row may have.
fn exposure_faults(
    target: &AttackTarget,
    received: &Received,
    responses: &Responses,
) -> Vec<String> {
    let mut faults = Vec::new();
    let is_key_in = |text: &str| target.keys().iter().any(|key| text.contains(key));
    if is_key_in(&received.text) {
        faults.push("a key reached the upstream".to_owned());
    }
    if is_key_in(&responses.text) {
        faults.push("the response contains a key".to_owned());
    }
    if received.text.to_ascii_lowercase().contains("evil") {
        faults.push(format!(
            "a forged value reached the upstream: {:.500}",
            received.text
        ));
    }
    let response = responses.text.to_ascii_lowercase();
    if response.contains("evil") || response.contains("x-keystile-") {
        faults.push(format!(
            "the response contains identity headers: {}",
            responses.text
        ));
    }
    faults
}

fn forwarding_faults(
    target: &AttackTarget,
    row: &Row,
    sent: &str,
    request: &Request,
) -> Vec<String> {
    let mut faults = Vec::new();
    let line = match row.optional("line") {
        Some(line) => line.to_owned(),
        None => {
            let request_line = sent.lines().next().unwrap_or_default();
            request_line.replace(" HTTP/1.0", " HTTP/1.1")
        }
    };
    if request.line != line {
        faults.push(format!("the upstream received {}", request.line));
    }
    let host = row.optional("host").unwrap_or("api.example");
    let mut expected = target.identity(row.text("as"));
    expected.extend([
        // By default the upstream receives its own host.
        ("host", target.upstream.to_string()),
        ("x-forwarded-for", "127.0.0.1".to_owned()),
        ("x-forwarded-host", host.to_owned()),
        ("x-forwarded-proto", "http".to_owned()),
    ]);
    if row.is("websocket") {
        expected.extend([
            ("connection", "upgrade".to_owned()),
            ("upgrade", "websocket".to_owned()),
        ]);
    }
    expected.sort();
    let expected: Vec<_> = expected
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let actual = request.headers_matching(|name| {
        matches!(name, "host" | "connection" | "upgrade")
            || name.starts_with("x-keystile-")
            || name.starts_with("x-forwarded-")
    });
    if actual != expected {
        faults.push(format!("the upstream received {actual:?}"));
    }
    for (name, value) in &request.headers {
        let read = cgi_name(name);
        let is_plain = name.eq_ignore_ascii_case(&read);
        if FORBIDDEN_HEADERS.contains(&read.as_str())
            || (PLAIN_HEADERS.contains(&read.as_str()) && !is_plain)
        {
            faults.push(format!("the upstream received {name}: {value}"));
        }
    }
    for expected in row.lines("sees") {
        let is_expected = |(name, value): &(String, String)| format!("{name}: {value}") == expected;
        if !request.headers.iter().any(is_expected) {
            faults.push(format!("the upstream did not receive {expected}"));
        }
    }
    if request.body != row.optional("body").unwrap_or_default() {
        faults.push(format!("the upstream received the body {:?}", request.body));
    }
    faults
}

/// Each ambiguous request contains or precedes an authorized request for `/evil`, and one for `/after`.
#[tokio::test]
async fn bytes_after_ambiguous_request_are_not_parsed() {
    let target = AttackTarget::new().await;
    let good = |path| {
        target.fill(&format!(
            "GET {path} HTTP/1.1\r\nHost: api.example\r\nX-API-KEY: {{writer}}\r\n\r\n"
        ))
    };
    let (evil, after) = (good("/evil"), good("/after"));
    let length = evil.len();
    let post = "POST /orders HTTP/1.1\r\nHost: api.example\r\n";
    let write = format!("{post}X-API-KEY: {{writer}}\r\n");
    let chunks = "Transfer-Encoding: chunked\r\n\r\n";
    let rejected = format!("{post}X-API-KEY: {{revoked}}\r\n");
    for (case, head, tail, statuses) in [
        (
            "a rejected body",
            format!("{rejected}Content-Length: {length}\r\n\r\n"),
            "",
            &[401, 200][..],
        ),
        (
            "a rejected chunked body",
            format!("{rejected}{chunks}{length:x}\r\n"),
            "\r\n0\r\n\r\n",
            &[401, 200],
        ),
        (
            "a rejected body that expects 100-continue",
            format!("{rejected}Expect: 100-continue\r\nContent-Length: {length}\r\n\r\n"),
            "",
            &[401, 200],
        ),
        (
            "two lengths",
            format!("{write}Content-Length: 0\r\nContent-Length: 1\r\n\r\n"),
            "",
            &[400],
        ),
        (
            "length and chunks",
            format!("{write}Content-Length: 5\r\n{chunks}0\r\n\r\n"),
            "",
            &[200],
        ),
        (
            "chunks in another coding",
            format!("{write}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
            "",
            &[400],
        ),
        (
            "a chunk without a size",
            format!("{write}{chunks}0x0\r\n\r\n"),
            "",
            &[400],
        ),
        (
            "a chunk that is longer than its size",
            format!("{write}{chunks}1\r\nab\r\n0\r\n\r\n"),
            "",
            &[400],
        ),
        (
            "a malformed head",
            format!("{post}X-API-KEY : {{writer}}\r\n\r\n"),
            "",
            &[400],
        ),
        (
            "two hosts",
            format!("{write}Host: other.example\r\n\r\n"),
            "",
            &[400],
        ),
        (
            "a tunnel",
            "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nX-API-KEY: {writer}\r\n\r\n".to_owned(),
            "",
            &[400],
        ),
        (
            "another version",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
            "",
            &[505],
        ),
        (
            "Connection: close",
            format!("{write}Connection: close\r\nContent-Length: 0\r\n\r\n"),
            "",
            &[200],
        ),
        (
            "the end of an HTTP/1.0 connection",
            "GET / HTTP/1.0\r\nHost: a\r\nX-API-KEY: {reader}\r\n\r\n".to_owned(),
            "",
            &[200],
        ),
    ] {
        let sent = target.fill(&head) + &evil + tail + &after;
        let responses = read_all_responses(target.address, sent, 2).await;
        assert_eq!(
            statuses_of(&responses),
            statuses,
            "{case}: {}",
            responses.text
        );
        let received = target.recorder.take();
        assert!(
            !received.text.contains("evil") && received.faults.is_empty(),
            "{case}: the body and the following bytes must not be parsed as requests: {received:?}"
        );
        let accepted = statuses.iter().filter(|status| **status == 200).count();
        assert_eq!(received.requests.len(), accepted, "{case}: {received:?}");
    }
}

fn statuses_of(responses: &Responses) -> Vec<u16> {
    responses.replies.iter().map(|reply| reply.status).collect()
}

#[tokio::test]
async fn pipelined_requests_are_each_authorized() {
    let target = AttackTarget::new().await;
    let body = "GET /evil HTTP/1.1\r\nHost: a\r\n\r\n";
    let length = body.len();
    let requests = [
        ("GET /1", "X-API-KEY: {reader}", "", 200),
        ("GET /2", "X-Keystile-Key-Id: evil", "", 401),
        ("GET /3", "X-API-KEY: {revoked}", "", 401),
        ("DELETE /4", "X-API-KEY: {reader}", "", 403),
        ("POST /5", "X-API-KEY: {writer}", body, 200),
        ("GET /6", "X-API-KEY: {reader}\r\nUpgrade: h2c", "", 403),
        ("GET /open/7", "X-Keystile-Permissions: evil", "", 200),
        ("GET /8", "X_API_KEY: {writer}", "", 400),
        ("GET /9", "Authorization: Bearer {reader}", "", 200),
    ];
    let sent: String = requests
        .iter()
        .map(|(line, header, body, _)| {
            let length = if body.is_empty() { 0 } else { length };
            format!(
                "{line} HTTP/1.1\r\nHost: a\r\n{header}\r\nContent-Length: {length}\r\n\r\n{body}"
            )
        })
        .collect();
    let responses = read_all_responses(target.address, target.fill(&sent), requests.len()).await;
    assert_eq!(
        statuses_of(&responses),
        requests.map(|(_, _, _, status)| status),
        "a request does not inherit the authorization of the previous one"
    );
    let received = target.recorder.take();
    assert_eq!(received.faults, Vec::<String>::new(), "{}", received.text);
    let forwarded: Vec<_> = received
        .requests
        .iter()
        .map(|request| {
            let permissions = request.headers_matching(|name| name == "x-keystile-permissions");
            let permissions = permissions.first().map_or("anonymous", |(_, value)| *value);
            format!("{} by {permissions}: {}", request.line, request.body)
        })
        .collect();
    assert_eq!(
        forwarded,
        [
            "GET /1 HTTP/1.1 by read: ".to_owned(),
            format!("POST /5 HTTP/1.1 by read write: {body}"),
            "GET /open/7 HTTP/1.1 by anonymous: ".to_owned(),
            "GET /9 HTTP/1.1 by read: ".to_owned(),
        ],
        "each request is forwarded with its own identity, or not at all"
    );
}
