//! Sends the attacks in `tests/vectors/attacks.json` to the service. Each gets its expected response, and no response
//! contains a key or CORS headers.

use crate::attack_table::{fill, rows};
use crate::fixture::ServiceFixture;
use crate::raw_http::call;

const TABLE: &str = include_str!("../vectors/attacks.json");

#[tokio::test]
async fn service_attack_gets_expected_response() {
    let fixture = ServiceFixture::new().await;
    let mut failures = Vec::new();
    for row in rows(TABLE) {
        let (name, code) = (row.text("name"), row.text("code"));
        let request = fill(&fixture, fixture.address, row.text("request"));
        let Some(reply) = call(fixture.address, request).await else {
            failures.push(format!("{name}: no response"));
            continue;
        };
        let actual_code = if reply.status < 300 {
            String::new()
        } else {
            reply.code()
        };
        if (reply.status, actual_code.as_str()) != (row.status(), code) {
            failures.push(format!("{name}: {} {actual_code}", reply.status));
        }
        assert!(
            reply
                .header_names()
                .all(|header| !header.starts_with("access-control-") && header != "x-evil"),
            "{name}: no CORS and no injected headers: {reply:?}"
        );
        for key in [&fixture.read_key.text, &fixture.write_key.text] {
            assert!(
                !reply.body.contains(key.as_str()),
                "{name}: no response contains a key"
            );
        }
        if !(200..300).contains(&reply.status) {
            assert!(
                reply.header("x-keystile-key-id").is_none(),
                "{name}: a denial does not identify the key"
            );
        }
    }
    assert_eq!(
        failures,
        Vec::<String>::new(),
        "each attack gets the response in the table"
    );
    assert_eq!(
        fixture.send("GET /healthz").await.status,
        200,
        "the service still works"
    );
}

#[tokio::test]
async fn bytes_after_rejected_request_are_not_parsed() {
    let fixture = ServiceFixture::new().await;
    let smuggled = fill(
        &fixture,
        fixture.address,
        "POST /v1/verify HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n",
    );
    let mut stream = tokio::net::TcpStream::connect(fixture.address)
        .await
        .expect("a connection");
    tokio::io::AsyncWriteExt::write_all(&mut stream, smuggled.as_bytes())
        .await
        .expect("sent");
    let mut bytes = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut bytes)
        .await
        .expect("EOF");
    let text = String::from_utf8_lossy(&bytes);
    assert_eq!(
        text.matches("HTTP/1.1 ").count(),
        1,
        "one response, then the connection is closed: {text}"
    );
    assert!(text.starts_with("HTTP/1.1 415 "), "{text}");
}
