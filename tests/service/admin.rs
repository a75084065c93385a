//! Tests of the admin token and of metrics.

use keystile_service::AdminTokens;
use serde_json::json;

use crate::fixture::{ENVIRONMENT_NAME, ENVIRONMENT_PATH, ServiceFixture, local_settings};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

async fn fixture() -> ServiceFixture {
    let mut settings = local_settings();
    settings.admin_tokens = Some(AdminTokens::parse(TOKEN).expect("a token"));
    ServiceFixture::with_settings(settings).await
}

#[tokio::test]
async fn admin_paths_require_the_admin_token() {
    let fixture = fixture().await;
    let verify_body =
        json!({"key": fixture.read_key.text, "environment": ENVIRONMENT_NAME}).to_string();
    let form = format!("token={}", fixture.read_key.text);
    let introspect = format!(
        "POST /v1/introspect/{ENVIRONMENT_PATH}\r\nContent-Type: application/x-www-form-urlencoded"
    );
    let paths = [
        (
            "POST /v1/verify\r\nContent-Type: application/json",
            verify_body.as_str(),
        ),
        (introspect.as_str(), form.as_str()),
        ("GET /metrics", ""),
    ];
    for (head, body) in paths {
        let reply = fixture.send_with_body(head, body).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (401, "missing_admin_token"),
            "{head}"
        );
        assert_eq!(
            reply.header("www-authenticate"),
            Some("Bearer realm=\"keystile admin\"")
        );
        let invalid_tokens = [
            "x",
            &TOKEN[1..],
            &format!("{TOKEN}0"),
            fixture.write_key.text.as_str(),
        ];
        for token in invalid_tokens {
            let reply = fixture
                .send_with_body(&format!("{head}\r\nAuthorization: Bearer {token}"), body)
                .await;
            assert_eq!(
                (reply.status, reply.code().as_str()),
                (401, "invalid_admin_token"),
                "{head}"
            );
        }
        let two_tokens = format!("Authorization: Bearer {TOKEN}\r\nAuthorization: Bearer {TOKEN}");
        let reply = fixture
            .send_with_body(&format!("{head}\r\n{two_tokens}"), body)
            .await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (400, "malformed_authorization"),
            "an admin token is not an API key"
        );
        let reply = fixture
            .send_with_body(&format!("{head}\r\nX-API-KEY: {TOKEN}"), body)
            .await;
        assert_eq!(
            reply.code(),
            "missing_admin_token",
            "the API key is not the admin token"
        );
        let reply = fixture
            .send_with_body(&format!("{head}\r\nAuthorization: bearer {TOKEN}"), body)
            .await;
        assert_eq!(reply.status, 200, "{head} with the token: {reply:?}");
    }
}

#[tokio::test]
async fn forward_auth_and_health_need_no_admin_token() {
    let fixture = fixture().await;
    for path in ["/healthz", "/livez", "/readyz", "/openapi.json"] {
        assert_eq!(
            fixture.send(&format!("GET {path}")).await.status,
            200,
            "{path} reveals nothing about keys"
        );
    }
    let path = format!(
        "GET /v1/auth/nginx/{}\r\nX-Original-Method: GET",
        fixture.environment
    );
    let reply = fixture
        .send(&format!("{path}\r\nX-API-KEY: {}", fixture.read_key.text))
        .await;
    assert_eq!(
        reply.status, 200,
        "forward-auth requires only the client's key"
    );
    let reply = fixture.send(&format!("{path}\r\nX-API-KEY: {TOKEN}")).await;
    assert_eq!(reply.status, 401, "the admin token is not an API key");
}

#[tokio::test]
async fn metrics_count_verifications_without_names() {
    let fixture = ServiceFixture::new().await;
    fixture
        .post_verify(&json!({"key": fixture.read_key.text, "environment": ENVIRONMENT_NAME}))
        .await;
    fixture
        .post_verify(&json!({"key": "x", "environment": ENVIRONMENT_NAME}))
        .await;
    let reply = fixture.send("GET /metrics").await;
    assert_eq!(
        reply.header("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    for line in [
        "keystile_verifications_total{result=\"allowed\"} 1",
        "keystile_verifications_total{result=\"invalid_key\"} 1",
        "keystile_argon2_runs_total 1",
        "# TYPE keystile_verifications_total counter",
    ] {
        assert!(
            reply.body.lines().any(|known| known == line),
            "{line} is missing in {}",
            reply.body
        );
    }
    assert!(
        !reply.body.contains("staging") && !reply.body.contains(fixture.read_key.id.as_str()),
        "metrics must not list keys"
    );
}
