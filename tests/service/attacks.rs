//! What attackers send, as data: one request a row, the only answer it may get beside it. `{host}`, `{id}`, `{reader}`,
//! `{writer}` and `{big}` are filled in. Every row ends with a problem or, in the controls, with 200; none shows a key or
//! opens the service to pages of other origins.

use crate::caller::call;
use crate::world::World;

/// Name, request, status, code of the problem.
type Attack = (&'static str, &'static str, u16, &'static str);

/// A request line and Host for a forward-auth question by nginx.
macro_rules! auth {
    ($lines:literal) => {
        concat!(
            "GET /v1/auth/nginx/{id} HTTP/1.1\r\nHost: {host}\r\n",
            $lines,
            "\r\n"
        )
    };
}

macro_rules! owner {
    ($lines:literal, $body:literal) => {
        concat!(
            "POST /v1/verify HTTP/1.1\r\nHost: {host}\r\n",
            $lines,
            "\r\n",
            $body
        )
    };
}

const ATTACKS: &[Attack] = &[
    // Controls: the table would prove nothing if everything were refused.
    (
        "control read",
        auth!("X-Original-Method: GET\r\nX-API-KEY: {reader}\r\n"),
        200,
        "",
    ),
    (
        "control write",
        auth!("X-Original-Method: POST\r\nX-API-KEY: {writer}\r\n"),
        200,
        "",
    ),
    (
        "control 1.0",
        "GET /healthz HTTP/1.0\r\nHost: {host}\r\n\r\n",
        200,
        "",
    ),
    (
        "control localhost",
        "GET /healthz HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n",
        200,
        "",
    ),
    (
        "control absolute",
        "GET http://{host}/healthz HTTP/1.1\r\nHost: {host}\r\n\r\n",
        200,
        "",
    ),
    // Host: DNS rebinding and confusion.
    (
        "rebinding",
        "GET /metrics HTTP/1.1\r\nHost: evil.example:{port}\r\n\r\n",
        421,
        "host_forbidden",
    ),
    (
        "rebinding without port",
        "GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        421,
        "host_forbidden",
    ),
    (
        "rebinding forward-auth",
        "GET /v1/auth/nginx/{id} HTTP/1.1\r\nHost: evil.example\r\nX-Original-Method: GET\r\nX-API-KEY: {reader}\r\n\r\n",
        421,
        "host_forbidden",
    ),
    (
        "other port",
        "GET /metrics HTTP/1.1\r\nHost: localhost:1\r\n\r\n",
        421,
        "host_forbidden",
    ),
    (
        "no port",
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n",
        421,
        "host_forbidden",
    ),
    (
        "name before",
        "GET /metrics HTTP/1.1\r\nHost: xlocalhost:{port}\r\n\r\n",
        421,
        "host_forbidden",
    ),
    (
        "name behind",
        "GET /metrics HTTP/1.1\r\nHost: localhost.evil.example:{port}\r\n\r\n",
        421,
        "host_forbidden",
    ),
    (
        "trailing dot",
        "GET /metrics HTTP/1.1\r\nHost: localhost.:{port}\r\n\r\n",
        421,
        "host_forbidden",
    ),
    (
        "user before host",
        "GET /metrics HTTP/1.1\r\nHost: evil@{host}\r\n\r\n",
        421,
        "host_forbidden",
    ),
    (
        "two in one line",
        "GET /metrics HTTP/1.1\r\nHost: {host}, evil.example\r\n\r\n",
        421,
        "host_forbidden",
    ),
    (
        "no host",
        "GET /healthz HTTP/1.1\r\n\r\n",
        400,
        "host_missing",
    ),
    (
        "no host 1.0",
        "GET /healthz HTTP/1.0\r\n\r\n",
        400,
        "host_missing",
    ),
    (
        "empty host",
        "GET /healthz HTTP/1.1\r\nHost:\r\n\r\n",
        421,
        "host_forbidden",
    ),
    (
        "two hosts",
        "GET /healthz HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n",
        400,
        "host_missing",
    ),
    (
        "the same host twice",
        "GET /healthz HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n",
        400,
        "host_missing",
    ),
    (
        "absolute against host",
        "GET http://evil.example/healthz HTTP/1.1\r\nHost: {host}\r\n\r\n",
        400,
        "host_missing",
    ),
    (
        "host against absolute",
        "GET http://{host}/healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        400,
        "host_missing",
    ),
    (
        "forwarded host",
        "GET /metrics HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: {host}\r\nForwarded: host={host}\r\n\r\n",
        421,
        "host_forbidden",
    ),
    // Where a request ends.
    (
        "length and chunks",
        owner!(
            "Content-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n",
            "0\r\n\r\n"
        ),
        411,
        "length_required",
    ),
    (
        "chunks and length",
        owner!(
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n",
            "0\r\n\r\n"
        ),
        411,
        "length_required",
    ),
    (
        "chunks",
        owner!(
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n",
            "0\r\n\r\n"
        ),
        411,
        "length_required",
    ),
    (
        "chunks to a check",
        auth!("X-Original-Method: GET\r\nX-API-KEY: {reader}\r\nTransfer-Encoding: chunked\r\n"),
        411,
        "length_required",
    ),
    (
        "unknown coding",
        owner!("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
        400,
        "request_malformed",
    ),
    (
        "chunks not last",
        owner!("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
        400,
        "request_malformed",
    ),
    (
        "chunks in 1.0",
        "POST /v1/verify HTTP/1.0\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
        "request_malformed",
    ),
    (
        "two lengths",
        owner!("Content-Length: 2\r\nContent-Length: 3\r\n", "{}"),
        400,
        "request_malformed",
    ),
    (
        "the same length twice",
        owner!(
            "Content-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 2\r\n",
            "{}"
        ),
        400,
        "body_form",
    ),
    (
        "list of lengths",
        owner!("Content-Length: 2, 2\r\n", "{}"),
        400,
        "request_malformed",
    ),
    (
        "negative length",
        owner!("Content-Length: -1\r\n", ""),
        400,
        "request_malformed",
    ),
    (
        "length with sign",
        owner!("Content-Length: +2\r\n", "{}"),
        400,
        "request_malformed",
    ),
    (
        "length in hexadecimal",
        owner!("Content-Length: 0x2\r\n", "{}"),
        400,
        "request_malformed",
    ),
    (
        "endless length",
        owner!("Content-Length: 99999999999999999999999\r\n", ""),
        400,
        "request_malformed",
    ),
    (
        "large length",
        owner!(
            "Content-Type: application/json\r\nContent-Length: 16385\r\n",
            ""
        ),
        413,
        "body_too_large",
    ),
    (
        "huge length",
        owner!(
            "Content-Type: application/json\r\nContent-Length: 18446744073709551610\r\n",
            ""
        ),
        413,
        "body_too_large",
    ),
    (
        "huge length that waits",
        owner!(
            "Expect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n",
            ""
        ),
        413,
        "body_too_large",
    ),
    // Lines.
    (
        "space before colon",
        auth!("X-Original-Method : GET\r\nX-API-KEY: {reader}\r\n"),
        400,
        "request_malformed",
    ),
    (
        "folded line",
        auth!(
            "X-Original-Method: POST\r\nX-API-KEY: {reader}\r\nX-Other: a\r\n X-Original-Method: GET\r\n"
        ),
        400,
        "request_malformed",
    ),
    (
        "bare CR in a value",
        auth!("X-Original-Method: GET\rX-Evil: 1\r\nX-API-KEY: {reader}\r\n"),
        400,
        "request_malformed",
    ),
    (
        "bare LF makes another line",
        auth!("X-Original-Method: POST\nX-Original-Method: GET\r\nX-API-KEY: {reader}\r\n"),
        403,
        "method_missing",
    ),
    (
        "NUL in a value",
        auth!("X-Original-Method: GET\r\nX-API-KEY: {reader}\0\r\n"),
        400,
        "request_malformed",
    ),
    (
        "NUL in a name",
        auth!("X-Original\0-Method: GET\r\n"),
        400,
        "request_malformed",
    ),
    (
        "no colon",
        auth!("X-Original-Method GET\r\n"),
        400,
        "request_malformed",
    ),
    ("empty name", auth!(": GET\r\n"), 400, "request_malformed"),
    (
        "CR LF escaped in the path",
        "GET /healthz%0d%0aX-Evil:%201 HTTP/1.1\r\nHost: {host}\r\n\r\n",
        404,
        "not_found",
    ),
    (
        "CR LF escaped in a name",
        "GET /v1/auth/nginx/a%0d%0aX-Evil:%201/b HTTP/1.1\r\nHost: {host}\r\nX-Original-Method: GET\r\nX-API-KEY: {reader}\r\n\r\n",
        403,
        "environment_unknown",
    ),
    (
        "not HTTP",
        "\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n",
        400,
        "request_malformed",
    ),
    (
        "HTTP/2",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        505,
        "version_unsupported",
    ),
    (
        "HTTP/9",
        "GET /healthz HTTP/9.9\r\nHost: {host}\r\n\r\n",
        400,
        "request_malformed",
    ),
    ("HTTP/0.9", "GET /healthz\r\n\r\n", 400, "request_malformed"),
    (
        "two spaces",
        "GET  /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n",
        400,
        "request_malformed",
    ),
    (
        "tunnel",
        "CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n",
        404,
        "not_found",
    ),
    (
        "star",
        "OPTIONS * HTTP/1.1\r\nHost: {host}\r\n\r\n",
        404,
        "not_found",
    ),
    // Too much.
    (
        "long path",
        "GET /{big} HTTP/1.1\r\nHost: {host}\r\n\r\n",
        414,
        "uri_too_long",
    ),
    (
        "long query",
        "GET /healthz?a={big} HTTP/1.1\r\nHost: {host}\r\n\r\n",
        414,
        "uri_too_long",
    ),
    (
        "very long path",
        "GET /{big}{big}{big}{big}{big}{big}{big}{big} HTTP/1.1\r\nHost: {host}\r\n\r\n",
        414,
        "uri_too_long",
    ),
    (
        "large header",
        auth!("X-Big: {big}{big}{big}{big}\r\n"),
        431,
        "head_too_large",
    ),
    (
        "larger than the buffer",
        auth!("X-Big: {big}{big}{big}{big}{big}{big}{big}{big}\r\n"),
        431,
        "head_too_large",
    ),
    ("many headers", auth!("{lines}"), 431, "head_too_large"),
    (
        "large key",
        auth!("X-Original-Method: GET\r\nX-API-KEY: {big}\r\n"),
        401,
        "key_refused",
    ),
    // Whose word counts.
    (
        "client's X-Forwarded-Method",
        auth!("X-Original-Method: DELETE\r\nX-Forwarded-Method: GET\r\nX-API-KEY: {reader}\r\n"),
        403,
        "insufficient_scope",
    ),
    (
        "only the client's word",
        auth!("X-Forwarded-Method: GET\r\nX-API-KEY: {reader}\r\n"),
        403,
        "method_missing",
    ),
    (
        "underscores",
        auth!("X_Original_Method: GET\r\nX-API-KEY: {reader}\r\n"),
        403,
        "method_missing",
    ),
    (
        "method twice",
        auth!("X-Original-Method: GET\r\nX-Original-Method: DELETE\r\nX-API-KEY: {reader}\r\n"),
        403,
        "method_missing",
    ),
    (
        "method with a list",
        auth!("X-Original-Method: DELETE, GET\r\nX-API-KEY: {reader}\r\n"),
        403,
        "method_missing",
    ),
    (
        "method in small letters",
        auth!("X-Original-Method: get\r\nX-API-KEY: {reader}\r\n"),
        403,
        "insufficient_scope",
    ),
    (
        "made-up method",
        auth!("X-Original-Method: GETX\r\nX-API-KEY: {reader}\r\n"),
        403,
        "insufficient_scope",
    ),
    (
        "override",
        auth!(
            "X-Original-Method: GET\r\nX-HTTP-Method-Override: DELETE\r\nX-API-KEY: {reader}\r\n"
        ),
        403,
        "insufficient_scope",
    ),
    (
        "upgrade",
        auth!(
            "X-Original-Method: GET\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-API-KEY: {reader}\r\n"
        ),
        403,
        "insufficient_scope",
    ),
    (
        "h2c",
        auth!(
            "X-Original-Method: GET\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nX-API-KEY: {reader}\r\n"
        ),
        403,
        "insufficient_scope",
    ),
    (
        "identity without a key",
        auth!(
            "X-Original-Method: GET\r\nX-Keystile-Key-Id: {id}\r\nX-Keystile-Permissions: read write\r\n"
        ),
        401,
        "credentials_missing",
    ),
    (
        "more permissions",
        auth!(
            "X-Original-Method: POST\r\nX-Keystile-Permissions: read write\r\nX-API-KEY: {reader}\r\n"
        ),
        403,
        "insufficient_scope",
    ),
    (
        "trusted address",
        auth!("X-Original-Method: GET\r\nX-Forwarded-For: 127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\n"),
        401,
        "credentials_missing",
    ),
    (
        "proxy of the client's choice",
        "GET /v1/auth/envoy/{id}/- HTTP/1.1\r\nHost: {host}\r\nX-Original-Method: GET\r\nX-API-KEY: {writer}x\r\n\r\n",
        401,
        "key_refused",
    ),
    (
        "way out of the path",
        "GET /v1/auth/nginx/x/../{id} HTTP/1.1\r\nHost: {host}\r\nX-Original-Method: GET\r\nX-API-KEY: {reader}\r\n\r\n",
        403,
        "environment_unknown",
    ),
    (
        "escaped slash",
        "GET /v1%2Fauth/nginx/{id} HTTP/1.1\r\nHost: {host}\r\n\r\n",
        404,
        "not_found",
    ),
    (
        "double slash",
        "GET //v1/verify HTTP/1.1\r\nHost: {host}\r\n\r\n",
        404,
        "not_found",
    ),
    (
        "capital path",
        "GET /V1/verify HTTP/1.1\r\nHost: {host}\r\n\r\n",
        404,
        "not_found",
    ),
    (
        "slash behind",
        "GET /metrics/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
        404,
        "not_found",
    ),
    // Keys where none belong, or too many.
    (
        "two keys",
        auth!("X-Original-Method: GET\r\nX-API-KEY: {reader}\r\nX-API-KEY: {writer}\r\n"),
        401,
        "credentials_conflict",
    ),
    (
        "two different headers",
        auth!(
            "X-Original-Method: GET\r\nX-API-KEY: {reader}\r\nAuthorization: Bearer {writer}\r\n"
        ),
        401,
        "credentials_conflict",
    ),
    (
        "two bearers",
        auth!(
            "X-Original-Method: GET\r\nAuthorization: Bearer {reader}\r\nAuthorization: Bearer {writer}\r\n"
        ),
        401,
        "credentials_conflict",
    ),
    (
        "list of bearers",
        auth!("X-Original-Method: GET\r\nAuthorization: Bearer {reader}, Bearer {writer}\r\n"),
        401,
        "credentials_form",
    ),
    (
        "key with spaces",
        auth!("X-Original-Method: GET\r\nX-API-KEY: {reader} \tx\r\n"),
        401,
        "key_refused",
    ),
    (
        "key in bytes",
        auth!("X-Original-Method: GET\r\nX-API-KEY: \u{e9}{reader}\r\n"),
        401,
        "key_refused",
    ),
    (
        "empty key",
        auth!("X-Original-Method: GET\r\nX-API-KEY:\r\n"),
        401,
        "key_refused",
    ),
    (
        "basic",
        auth!("X-Original-Method: GET\r\nAuthorization: Basic {reader}\r\n"),
        401,
        "credentials_missing",
    ),
    (
        "cookie",
        auth!("X-Original-Method: GET\r\nCookie: x-api-key={reader}\r\n"),
        401,
        "credentials_missing",
    ),
    (
        "key in the query",
        "GET /v1/auth/nginx/{id}?api_key={reader} HTTP/1.1\r\nHost: {host}\r\nX-Original-Method: GET\r\n\r\n",
        401,
        "key_in_query",
    ),
    (
        "key in the owner's query",
        "POST /v1/verify?key={reader} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n",
        400,
        "key_in_query",
    ),
    (
        "token in the query",
        "GET /metrics?access_token=abc HTTP/1.1\r\nHost: {host}\r\n\r\n",
        400,
        "key_in_query",
    ),
    // Pages in a browser.
    (
        "preflight",
        "OPTIONS /v1/verify HTTP/1.1\r\nHost: {host}\r\nOrigin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n\r\n",
        405,
        "method_not_allowed",
    ),
    (
        "form of a page",
        "POST /v1/introspect HTTP/1.1\r\nHost: {host}\r\nOrigin: https://evil.example\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\ntoken=a",
        403,
        "browser_refused",
    ),
    (
        "page without origin",
        "POST /v1/introspect HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: cross-site\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\ntoken=a",
        403,
        "browser_refused",
    ),
    (
        "page of this machine",
        "GET /metrics HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\r\n",
        403,
        "browser_refused",
    ),
    (
        "script tag",
        "GET /metrics HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: same-site\r\nSec-Fetch-Mode: no-cors\r\n\r\n",
        403,
        "browser_refused",
    ),
    (
        "text as JSON",
        owner!("Content-Type: text/plain\r\nContent-Length: 2\r\n", "{}"),
        415,
        "media_type",
    ),
    (
        "two types",
        owner!(
            "Content-Type: application/json\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n",
            "{}"
        ),
        415,
        "media_type",
    ),
    // Methods and bodies of the owner's paths.
    (
        "get verify",
        "GET /v1/verify HTTP/1.1\r\nHost: {host}\r\n\r\n",
        405,
        "method_not_allowed",
    ),
    (
        "trace",
        "TRACE /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n",
        405,
        "method_not_allowed",
    ),
    (
        "post metrics",
        "POST /metrics HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n",
        405,
        "method_not_allowed",
    ),
    (
        "deep JSON",
        owner!(
            "Content-Type: application/json\r\nContent-Length: 8000\r\n",
            "{deep}"
        ),
        400,
        "body_form",
    ),
    (
        "key twice in JSON",
        owner!(
            "Content-Type: application/json\r\nContent-Length: 43\r\n",
            "{\"key\":\"a\",\"key\":\"b\",\"environment\":\"a/b\"}  "
        ),
        400,
        "body_form",
    ),
    (
        "JSON in bytes",
        owner!(
            "Content-Type: application/json\r\nContent-Length: 2\r\n",
            "\u{e9}"
        ),
        400,
        "body_form",
    ),
    (
        "nothing",
        owner!(
            "Content-Type: application/json\r\nContent-Length: 0\r\n",
            ""
        ),
        400,
        "body_form",
    ),
];

fn fill(world: &World, request: &str) -> String {
    let lines: String = (0..120)
        .map(|number| format!("X-Line-{number}: x\r\n"))
        .collect();
    request
        .replace("{host}", &world.address.to_string())
        .replace("{port}", &world.address.port().to_string())
        .replace("{id}", world.environment.as_str())
        .replace("{reader}", &world.reader.text)
        .replace("{writer}", &world.writer.text)
        .replace("{big}", &"a".repeat(9000))
        .replace("{lines}", &lines)
        .replace("{deep}", &"[".repeat(8000))
}

#[tokio::test]
async fn every_attack_gets_its_one_answer() {
    assert!(ATTACKS.len() >= 60, "the table is long: {}", ATTACKS.len());
    let world = World::new().await;
    let mut wrong = Vec::new();
    for (name, request, status, code) in ATTACKS {
        let Some(reply) = call(world.address, fill(&world, request)).await else {
            wrong.push(format!("{name}: no answer"));
            continue;
        };
        let told = if reply.status < 300 {
            String::new()
        } else {
            reply.code()
        };
        if (reply.status, told.as_str()) != (*status, *code) {
            wrong.push(format!("{name}: {} {told}", reply.status));
        }
        assert!(
            reply
                .header_names()
                .all(|header| !header.starts_with("access-control-") && header != "x-evil"),
            "{name}: nothing is opened to pages, nothing can be slipped into an answer: {reply:?}"
        );
        for key in [&world.reader.text, &world.writer.text] {
            assert!(
                !reply.body.contains(key.as_str()),
                "{name}: no answer shows a key"
            );
        }
        if !(200..300).contains(&reply.status) {
            assert!(
                reply.header("x-keystile-key-id").is_none(),
                "{name}: who is refused is not named"
            );
        }
    }
    assert_eq!(
        wrong,
        Vec::<String>::new(),
        "each attack gets the answer that the table says"
    );
    assert_eq!(
        world.ask("GET /healthz").await.status,
        200,
        "and the service goes on"
    );
}

#[tokio::test]
async fn what_follows_a_refused_request_on_the_same_connection_is_not_read_as_another() {
    let world = World::new().await;
    let smuggled = fill(
        &world,
        "POST /v1/verify HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n",
    );
    let mut stream = tokio::net::TcpStream::connect(world.address)
        .await
        .expect("a connection");
    tokio::io::AsyncWriteExt::write_all(&mut stream, smuggled.as_bytes())
        .await
        .expect("sent");
    let mut bytes = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut bytes)
        .await
        .expect("an end");
    let text = String::from_utf8_lossy(&bytes);
    assert_eq!(
        text.matches("HTTP/1.1 ").count(),
        1,
        "one answer, then the end: {text}"
    );
    assert!(text.starts_with("HTTP/1.1 411 "), "{text}");
}
