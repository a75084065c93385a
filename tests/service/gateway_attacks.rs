//! Sends the attacks in `tests/vectors/gateway_attacks.json` to the gateway. Rejected requests do not reach the upstream. An
//! authorized request reaches it once, unchanged, without the key, and only with the gateway's own identity headers. Forged
//! values contain `evil`.

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
    let attacked = AttackTarget::new().await;
    // A truncated request may partly reach the upstream after the response. Send these last.
    let (broken, whole): (Vec<_>, Vec<_>) = rows(TABLE)
        .into_iter()
        .partition(|row| row.is("breaks_off"));
    let mut wrong = Vec::new();
    for row in whole.iter().chain(&broken) {
        for fault in attack(&attacked, row).await {
            wrong.push(format!("{}: {fault}", row.text("name")));
        }
    }
    assert!(
        wrong.is_empty(),
        "each attack gets the response in the table:\n{}",
        wrong.join("\n")
    );
    let good = attacked.fill("GET /after HTTP/1.1\r\nHost: a\r\nX-API-KEY: {reader}\r\n\r\n");
    let said = read_all_responses(attacked.address, good, 1).await;
    assert_eq!(said.replies[0].status, 200, "the gateway still works");
    let lines: Vec<_> = attacked.recorder.take().requests;
    assert_eq!(
        lines.len(),
        1,
        "no attack reaches the upstream late: {lines:?}"
    );
}

/// Sends a row and returns the faults of its response and of what the upstream received.
async fn attack(attacked: &AttackTarget, row: &Row) -> Vec<String> {
    let mut routing = attacked.control.routing();
    routing.allow_preflight = row.is("preflights");
    attacked.control.set_routing(routing);
    let sent = attacked.fill(row.text("request"));
    let said = read_all_responses(attacked.address, &sent, 1).await;
    let mut heard = attacked.recorder.take();
    let mut faults = std::mem::take(&mut heard.faults);
    faults.extend(response_faults(row, &said));
    let is_half = heard.halves > 0;
    match &heard.requests[..] {
        [] if row.is("breaks_off") => {}
        [request] if row.status() < 300 && !is_half => {
            faults.extend(forwarding_faults(attacked, row, &sent, request));
        }
        [] if row.status() >= 300 && heard.text.is_empty() => {}
        _ => faults.push(format!("the upstream received {:.500}", heard.text)),
    }
    faults.extend(exposure_faults(attacked, &heard, &said));
    faults
}

fn response_faults(row: &Row, said: &Responses) -> Option<String> {
    let [reply] = &said.replies[..] else {
        return Some(format!("{} responses: {}", said.replies.len(), said.text));
    };
    let told = match reply.status {
        200 => String::new(),
        _ => reply.code(),
    };
    let is_wanted = (reply.status, told.as_str()) == (row.status(), row.text("code"));
    (!is_wanted).then(|| format!("got status {} {told}", reply.status))
}

/// Returns the faults that no row may have.
fn exposure_faults(attacked: &AttackTarget, heard: &Received, said: &Responses) -> Vec<String> {
    let mut faults = Vec::new();
    let is_key_in = |text: &str| attacked.keys().iter().any(|key| text.contains(key));
    if is_key_in(&heard.text) {
        faults.push("a key reached the upstream".to_owned());
    }
    if is_key_in(&said.text) {
        faults.push("the response contains a key".to_owned());
    }
    if heard.text.to_ascii_lowercase().contains("evil") {
        faults.push(format!(
            "a forged value reached the upstream: {:.500}",
            heard.text
        ));
    }
    let answer = said.text.to_ascii_lowercase();
    if answer.contains("evil") || answer.contains("x-keystile-") {
        faults.push(format!(
            "the response contains identity headers: {}",
            said.text
        ));
    }
    faults
}

fn forwarding_faults(
    attacked: &AttackTarget,
    row: &Row,
    sent: &str,
    request: &Request,
) -> Vec<String> {
    let mut faults = Vec::new();
    let line = match row.optional("line") {
        Some(line) => line.to_owned(),
        None => {
            let asked = sent.lines().next().unwrap_or_default();
            asked.replace(" HTTP/1.0", " HTTP/1.1")
        }
    };
    if request.line != line {
        faults.push(format!("the upstream received {}", request.line));
    }
    let host = row.optional("host").unwrap_or("api.example");
    let mut told = attacked.identity(row.text("as"));
    told.extend([
        // By default the upstream receives its own host.
        ("host", attacked.upstream.to_string()),
        ("x-forwarded-for", "127.0.0.1".to_owned()),
        ("x-forwarded-host", host.to_owned()),
        ("x-forwarded-proto", "http".to_owned()),
    ]);
    if row.is("websocket") {
        told.extend([
            ("connection", "upgrade".to_owned()),
            ("upgrade", "websocket".to_owned()),
        ]);
    }
    told.sort();
    let told: Vec<_> = told
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let heard = request.said(|name| {
        matches!(name, "host" | "connection" | "upgrade")
            || name.starts_with("x-keystile-")
            || name.starts_with("x-forwarded-")
    });
    if heard != told {
        faults.push(format!("the upstream received {heard:?}"));
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
    for wanted in row.lines("sees") {
        let is_it = |(name, value): &(String, String)| format!("{name}: {value}") == wanted;
        if !request.headers.iter().any(is_it) {
            faults.push(format!("the upstream did not receive {wanted}"));
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
    let attacked = AttackTarget::new().await;
    let good = |path| {
        attacked.fill(&format!(
            "GET {path} HTTP/1.1\r\nHost: api.example\r\nX-API-KEY: {{writer}}\r\n\r\n"
        ))
    };
    let (evil, after) = (good("/evil"), good("/after"));
    let length = evil.len();
    let post = "POST /orders HTTP/1.1\r\nHost: api.example\r\n";
    let write = format!("{post}X-API-KEY: {{writer}}\r\n");
    let chunks = "Transfer-Encoding: chunked\r\n\r\n";
    let refused = format!("{post}X-API-KEY: {{revoked}}\r\n");
    for (what, begins, ends, statuses) in [
        (
            "a rejected body",
            format!("{refused}Content-Length: {length}\r\n\r\n"),
            "",
            &[401, 200][..],
        ),
        (
            "a rejected chunked body",
            format!("{refused}{chunks}{length:x}\r\n"),
            "\r\n0\r\n\r\n",
            &[401, 200],
        ),
        (
            "a rejected body that waits",
            format!("{refused}Expect: 100-continue\r\nContent-Length: {length}\r\n\r\n"),
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
            "a chunk of no size",
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
        let sent = attacked.fill(&begins) + &evil + ends + &after;
        let said = read_all_responses(attacked.address, sent, 2).await;
        assert_eq!(statuses_of(&said), statuses, "{what}: {}", said.text);
        let heard = attacked.recorder.take();
        assert!(
            !heard.text.contains("evil") && heard.faults.is_empty(),
            "{what}: its body and the following bytes are no request: {heard:?}"
        );
        let passed = statuses.iter().filter(|status| **status == 200).count();
        assert_eq!(heard.requests.len(), passed, "{what}: {heard:?}");
    }
}

fn statuses_of(said: &Responses) -> Vec<u16> {
    said.replies.iter().map(|reply| reply.status).collect()
}

#[tokio::test]
async fn pipelined_requests_are_each_authorized() {
    let attacked = AttackTarget::new().await;
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
    let said = read_all_responses(attacked.address, attacked.fill(&sent), requests.len()).await;
    assert_eq!(
        statuses_of(&said),
        requests.map(|(_, _, _, status)| status),
        "a request does not inherit the authorization of the previous one"
    );
    let heard = attacked.recorder.take();
    assert_eq!(heard.faults, Vec::<String>::new(), "{}", heard.text);
    let told: Vec<_> = heard
        .requests
        .iter()
        .map(|request| {
            let who = request.said(|name| name == "x-keystile-permissions");
            let who = who.first().map_or("anonymous", |(_, value)| *value);
            format!("{} by {who}: {}", request.line, request.body)
        })
        .collect();
    assert_eq!(
        told,
        [
            "GET /1 HTTP/1.1 by read: ".to_owned(),
            format!("POST /5 HTTP/1.1 by read write: {body}"),
            "GET /open/7 HTTP/1.1 by anonymous: ".to_owned(),
            "GET /9 HTTP/1.1 by read: ".to_owned(),
        ],
        "each request is forwarded with its own identity, or not at all"
    );
}
