//! Requests are denied while the database is missing.

use std::time::Duration;

use serde_json::json;

use crate::fixture::{ENVIRONMENT_NAME, ServiceFixture};

#[tokio::test]
async fn requests_are_denied_while_database_is_missing_and_resume_after() {
    let fixture = ServiceFixture::new().await;
    let key = &fixture.write_key.text;
    let auth = |proxy: &str| {
        let separator = if proxy == "envoy" { "/-/x" } else { "" };
        format!(
            "GET /v1/auth/{proxy}/{}{separator}\r\nX-Original-Method: GET\r\nX-Forwarded-Method: GET\r\nX-API-KEY: {key}",
            fixture.environment
        )
    };
    assert_eq!(
        fixture.send(&auth("nginx")).await.status,
        200,
        "the key is accepted while the database exists"
    );
    assert_eq!(fixture.send("GET /readyz").await.status, 200);
    let moved = fixture.store_path().with_extension("away");
    std::fs::rename(fixture.store_path(), &moved).expect("the database can be moved");
    tokio::time::sleep(Duration::from_millis(500)).await;
    for proxy in ["nginx", "caddy", "traefik", "envoy"] {
        let reply = fixture.send(&auth(proxy)).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (503, "unavailable"),
            "{proxy} denies the request"
        );
        assert_eq!(reply.header("retry-after"), Some("1"));
        assert!(
            reply.header("x-keystile-key-id").is_none(),
            "no key is identified"
        );
    }
    let by_name = json!({"key": key, "environment": ENVIRONMENT_NAME});
    let by_id = json!({"key": key, "environment": fixture.environment.as_str()});
    for body in [by_name, by_id] {
        let reply = fixture.post_verify(&body).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (503, "database_missing"),
            "the response to the owner has the reason"
        );
    }
    let head = &format!(
        "POST /v1/introspect/{}\r\nContent-Type: application/x-www-form-urlencoded",
        fixture.environment
    );
    assert_eq!(
        fixture
            .send_with_body(head, &format!("token={key}"))
            .await
            .status,
        503
    );
    assert_eq!(fixture.send("GET /readyz").await.code(), "unavailable");
    assert_eq!(
        fixture.send("GET /healthz").await.status,
        200,
        "the process is alive"
    );
    std::fs::rename(&moved, fixture.store_path()).expect("the database can be moved back");
    let mut status = 0;
    for _ in 0..100 {
        status = fixture.send(&auth("nginx")).await.status;
        if status == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(status, 200, "no restart is needed");
}
