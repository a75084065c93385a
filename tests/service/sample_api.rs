//! Tests of the sample API.

use std::net::SocketAddr;

use keystile_gateway_control::dev::SampleApi;
use serde_json::json;

use crate::gateway::ephemeral_address;
use crate::raw_http::{Reply, call};

async fn start() -> SocketAddr {
    let sample = SampleApi::bind(ephemeral_address()).await.expect("a port");
    let address = sample.address();
    tokio::spawn(sample.run(std::future::pending()));
    address
}

async fn send(address: SocketAddr, line: &str, body: &str) -> Reply {
    let request = format!(
        "{line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    call(address, request).await.expect("a response")
}

#[tokio::test]
async fn posted_product_is_listed() {
    let api = start().await;
    let before = send(api, "GET /products", "").await;
    assert_eq!(before.status, 200);
    assert_eq!(before.json(), json!([{"id": 1, "name": "Chair"}]));
    let created = send(api, "POST /products", r#"{"name":"Lamp","id":1}"#).await;
    assert_eq!(
        (created.status, created.json()),
        (201, json!({"name": "Lamp", "id": 2})),
        "the API assigns the id"
    );
    let after = send(api, "GET /products", "").await.json();
    assert_eq!(after[1]["name"], "Lamp");
}

#[tokio::test]
async fn invalid_product_gets_json_error() {
    let api = start().await;
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
        let reply = send(api, line, &body).await;
        assert_eq!(reply.status, status, "{line}");
        assert!(
            reply.json()["error"].is_string(),
            "{line}: the error is described: {reply:?}"
        );
    }
    for number in 0..150 {
        let reply = send(api, "POST /products", &format!("{{\"number\":{number}}}")).await;
        assert_eq!(reply.status, 201);
    }
    let list = send(api, "GET /products", "").await.json();
    let list = list.as_array().expect("a list");
    assert_eq!(
        list.len(),
        100,
        "the list drops the oldest products at its limit"
    );
    assert_eq!(list[99]["number"], 149);
}

#[tokio::test]
async fn sample_api_rejects_remote_address() {
    let all_addresses = SocketAddr::from(([0, 0, 0, 0], 0));
    let error = SampleApi::bind(all_addresses).await.expect_err("rejected");
    assert_eq!(
        error.kind(),
        std::io::ErrorKind::InvalidInput,
        "it checks no keys, so it must not accept remote connections"
    );
}
