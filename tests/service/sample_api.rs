//! Tests of the sample API.

use std::net::SocketAddr;

use keystile_gateway_control::dev::SampleApi;
use serde_json::json;

use crate::gateway::ephemeral_address;
use crate::raw_http::{Reply, call};

async fn started() -> SocketAddr {
    let sample = SampleApi::bind(ephemeral_address()).await.expect("a port");
    let address = sample.address();
    tokio::spawn(sample.run(std::future::pending()));
    address
}

async fn ask(address: SocketAddr, line: &str, body: &str) -> Reply {
    let request = format!(
        "{line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    call(address, request).await.expect("a response")
}

#[tokio::test]
async fn posted_product_is_listed() {
    let api = started().await;
    let before = ask(api, "GET /products", "").await;
    assert_eq!(before.status, 200);
    assert_eq!(before.json(), json!([{"id": 1, "name": "Chair"}]));
    let made = ask(api, "POST /products", r#"{"name":"Lamp","id":1}"#).await;
    assert_eq!(
        (made.status, made.json()),
        (201, json!({"name": "Lamp", "id": 2})),
        "it comes back under an id of its own"
    );
    let after = ask(api, "GET /products", "").await.json();
    assert_eq!(after[1]["name"], "Lamp");
}

#[tokio::test]
async fn invalid_product_gets_json_error() {
    let api = started().await;
    for (line, body, status) in [
        ("GET /", String::new(), 404),
        ("DELETE /products", String::new(), 404),
        ("GET /products/1", String::new(), 404),
        ("POST /products", "[1]".to_owned(), 400),
        ("POST /products", "{".to_owned(), 400),
        (
            "POST /products",
            format!("{{\"a\":\"{}\"}}", "x".repeat(20_000)),
            413,
        ),
    ] {
        let reply = ask(api, line, &body).await;
        assert_eq!(reply.status, status, "{line}");
        assert!(
            reply.json()["error"].is_string(),
            "{line}: the error is described: {reply:?}"
        );
    }
    for number in 0..150 {
        let reply = ask(api, "POST /products", &format!("{{\"number\":{number}}}")).await;
        assert_eq!(reply.status, 201);
    }
    let list = ask(api, "GET /products", "").await.json();
    let list = list.as_array().expect("a list");
    assert_eq!(
        list.len(),
        100,
        "it forgets the oldest and never grows without end"
    );
    assert_eq!(list[99]["number"], 149);
}

#[tokio::test]
async fn sample_api_rejects_remote_address() {
    let everywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let refused = SampleApi::bind(everywhere).await.expect_err("refused");
    assert_eq!(
        refused.kind(),
        std::io::ErrorKind::InvalidInput,
        "it checks no key, so only this machine may ask it"
    );
}
