//! What attackers send to the gateway, as data in `tests/vectors/gateway_attacks.json`. Of what is refused no byte reaches
//! the API. What passes reaches it once, as the caller asked it, without the key, and with nothing about who asks but what
//! the gateway says itself. Whatever an attacker wants the API to believe is called `evil` in the table.

use crate::attack_table::{Row, rows};
use crate::attacked::Attacked;
use crate::caller::{Said, hear_out};
use crate::recorder::{Heard, Request, as_an_api_may_read_it};

const TABLE: &str = include_str!("../vectors/gateway_attacks.json");

/// What no gateway says, so that it can only come from a caller.
const NEVER_SAID: [&str; 24] = [
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
/// What tells where a body ends, or whom a request is for, is said in its own spelling or not at all.
const SAID_PLAINLY: [&str; 3] = ["content-length", "host", "transfer-encoding"];

#[tokio::test]
async fn every_attack_on_the_gateway_gets_its_one_answer_and_the_api_hears_no_more_than_it_may() {
    let attacked = Attacked::new().await;
    // What breaks off may reach the API by half, a moment after its caller was answered. Nothing is to be mistaken for that.
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
        "each attack gets the answer that the table says:\n{}",
        wrong.join("\n")
    );
    let good = attacked.fill("GET /after HTTP/1.1\r\nHost: a\r\nX-API-KEY: {reader}\r\n\r\n");
    let said = hear_out(attacked.address, good, 1).await;
    assert_eq!(said.replies[0].status, 200, "and the gateway goes on");
    let lines: Vec<_> = attacked.recorder.take().requests;
    assert_eq!(
        lines.len(),
        1,
        "nothing of any attack comes later: {lines:?}"
    );
}

/// What is wrong with a row's answer, and with what the API heard.
async fn attack(attacked: &Attacked, row: &Row) -> Vec<String> {
    let mut routing = attacked.control.routing();
    routing.allow_preflight = row.is("preflights");
    attacked.control.set_routing(routing);
    let sent = attacked.fill(row.text("request"));
    let said = hear_out(attacked.address, &sent, 1).await;
    let mut heard = attacked.recorder.take();
    let mut faults = std::mem::take(&mut heard.faults);
    faults.extend(of_the_answer(row, &said));
    let is_half = heard.halves > 0;
    match &heard.requests[..] {
        [] if row.is("breaks_off") => {}
        [request] if row.status() < 300 && !is_half => {
            faults.extend(of_what_passed(attacked, row, &sent, request));
        }
        [] if row.status() >= 300 && heard.text.is_empty() => {}
        _ => faults.push(format!("the API heard {:.500}", heard.text)),
    }
    faults.extend(of_what_is_seen(attacked, &heard, &said));
    faults
}

fn of_the_answer(row: &Row, said: &Said) -> Option<String> {
    let [reply] = &said.replies[..] else {
        return Some(format!("{} answers: {}", said.replies.len(), said.text));
    };
    let told = match reply.status {
        200 => String::new(),
        _ => reply.code(),
    };
    let is_wanted = (reply.status, told.as_str()) == (row.status(), row.text("code"));
    (!is_wanted).then(|| format!("answered {} {told}", reply.status))
}

/// What holds for every request, whatever its answer.
fn of_what_is_seen(attacked: &Attacked, heard: &Heard, said: &Said) -> Vec<String> {
    let mut faults = Vec::new();
    let is_key_in = |text: &str| attacked.keys().iter().any(|key| text.contains(key));
    if is_key_in(&heard.text) {
        faults.push("a key reached the API".to_owned());
    }
    if is_key_in(&said.text) {
        faults.push("the answer shows a key".to_owned());
    }
    if heard.text.to_ascii_lowercase().contains("evil") {
        faults.push(format!("the API believes the caller: {:.500}", heard.text));
    }
    let answer = said.text.to_ascii_lowercase();
    if answer.contains("evil") || answer.contains("x-keystile-") {
        faults.push(format!("the caller is told who asks: {}", said.text));
    }
    faults
}

fn of_what_passed(attacked: &Attacked, row: &Row, sent: &str, request: &Request) -> Vec<String> {
    let mut faults = Vec::new();
    let line = match row.optional("line") {
        Some(line) => line.to_owned(),
        None => {
            let asked = sent.lines().next().unwrap_or_default();
            asked.replace(" HTTP/1.0", " HTTP/1.1")
        }
    };
    if request.line != line {
        faults.push(format!("the API was asked {}", request.line));
    }
    let host = row.optional("host").unwrap_or("api.example");
    let mut told = attacked.identity(row.text("as"));
    told.extend([
        // By default the API receives its own.
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
        faults.push(format!("the API was told {heard:?}"));
    }
    for (name, value) in &request.headers {
        let read = as_an_api_may_read_it(name);
        let is_plain = name.eq_ignore_ascii_case(&read);
        if NEVER_SAID.contains(&read.as_str())
            || (SAID_PLAINLY.contains(&read.as_str()) && !is_plain)
        {
            faults.push(format!("the API read {name}: {value}"));
        }
    }
    for wanted in row.lines("sees") {
        let is_it = |(name, value): &(String, String)| format!("{name}: {value}") == wanted;
        if !request.headers.iter().any(is_it) {
            faults.push(format!("the API did not read {wanted}"));
        }
    }
    if request.body != row.optional("body").unwrap_or_default() {
        faults.push(format!("the API got the body {:?}", request.body));
    }
    faults
}

/// In each of these, or behind it, stands a good request that asks for `/evil`, and then one that asks for `/after`.
#[tokio::test]
async fn what_follows_a_request_whose_end_is_in_doubt_is_not_read_as_another() {
    let attacked = Attacked::new().await;
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
            "a refused body",
            format!("{refused}Content-Length: {length}\r\n\r\n"),
            "",
            &[401, 200][..],
        ),
        (
            "a refused body in chunks",
            format!("{refused}{chunks}{length:x}\r\n"),
            "\r\n0\r\n\r\n",
            &[401, 200],
        ),
        (
            "a refused body that waits",
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
            "a head that cannot be read",
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
            "an end that was announced",
            format!("{write}Connection: close\r\nContent-Length: 0\r\n\r\n"),
            "",
            &[200],
        ),
        (
            "the end of 1.0",
            "GET / HTTP/1.0\r\nHost: a\r\nX-API-KEY: {reader}\r\n\r\n".to_owned(),
            "",
            &[200],
        ),
    ] {
        let sent = attacked.fill(&begins) + &evil + ends + &after;
        let said = hear_out(attacked.address, sent, 2).await;
        assert_eq!(statuses_of(&said), statuses, "{what}: {}", said.text);
        let heard = attacked.recorder.take();
        assert!(
            !heard.text.contains("evil") && heard.faults.is_empty(),
            "{what}: what stands in it, or behind it, is no request: {heard:?}"
        );
        let passed = statuses.iter().filter(|status| **status == 200).count();
        assert_eq!(heard.requests.len(), passed, "{what}: {heard:?}");
    }
}

fn statuses_of(said: &Said) -> Vec<u16> {
    said.replies.iter().map(|reply| reply.status).collect()
}

#[tokio::test]
async fn requests_that_are_sent_at_once_are_each_decided() {
    let attacked = Attacked::new().await;
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
    let said = hear_out(attacked.address, attacked.fill(&sent), requests.len()).await;
    assert_eq!(
        statuses_of(&said),
        requests.map(|(_, _, _, status)| status),
        "no request gains by the one before it"
    );
    let heard = attacked.recorder.take();
    assert_eq!(heard.faults, Vec::<String>::new(), "{}", heard.text);
    let told: Vec<_> = heard
        .requests
        .iter()
        .map(|request| {
            let who = request.said(|name| name == "x-keystile-permissions");
            let who = who.first().map_or("nobody", |(_, value)| *value);
            format!("{} by {who}: {}", request.line, request.body)
        })
        .collect();
    assert_eq!(
        told,
        [
            "GET /1 HTTP/1.1 by read: ".to_owned(),
            format!("POST /5 HTTP/1.1 by read write: {body}"),
            "GET /open/7 HTTP/1.1 by nobody: ".to_owned(),
            "GET /9 HTTP/1.1 by read: ".to_owned(),
        ],
        "and each reaches the API as its own sender's, or not at all"
    );
}
