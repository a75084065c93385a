//! What attackers send to the service, as data in `tests/vectors/attacks.json`. Every row ends with a problem or, in the
//! controls, with 200; none shows a key or opens the service to pages of other origins.

use crate::attack_table::{fill, rows};
use crate::caller::call;
use crate::fixture::ServiceFixture;

const TABLE: &str = include_str!("../vectors/attacks.json");

#[tokio::test]
async fn every_attack_gets_its_one_answer() {
    let fixture = ServiceFixture::new().await;
    let mut wrong = Vec::new();
    for row in rows(TABLE) {
        let (name, code) = (row.text("name"), row.text("code"));
        let request = fill(&fixture, fixture.address, row.text("request"));
        let Some(reply) = call(fixture.address, request).await else {
            wrong.push(format!("{name}: no answer"));
            continue;
        };
        let told = if reply.status < 300 {
            String::new()
        } else {
            reply.code()
        };
        if (reply.status, told.as_str()) != (row.status(), code) {
            wrong.push(format!("{name}: {} {told}", reply.status));
        }
        assert!(
            reply
                .header_names()
                .all(|header| !header.starts_with("access-control-") && header != "x-evil"),
            "{name}: nothing is opened to pages, nothing can be slipped into an answer: {reply:?}"
        );
        for key in [&fixture.read_key.text, &fixture.write_key.text] {
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
        fixture.send("GET /healthz").await.status,
        200,
        "and the service goes on"
    );
}

#[tokio::test]
async fn what_follows_a_refused_request_on_the_same_connection_is_not_read_as_another() {
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
        .expect("an end");
    let text = String::from_utf8_lossy(&bytes);
    assert_eq!(
        text.matches("HTTP/1.1 ").count(),
        1,
        "one answer, then the end: {text}"
    );
    assert!(text.starts_with("HTTP/1.1 415 "), "{text}");
}
