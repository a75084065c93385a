//! The admin token guards the owner's paths, and only those.

use serde_json::json;

use crate::world::{PATH, REFERENCE, World, local};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

async fn world() -> World {
    let mut settings = local();
    settings.admin_token = Some(TOKEN.to_owned().into());
    World::with(settings).await
}

#[tokio::test]
async fn the_owners_paths_want_the_token_and_nothing_else() {
    let world = world().await;
    let question = json!({"key": world.reader.text, "environment": REFERENCE}).to_string();
    let form = format!("token={}", world.reader.text);
    let introspect =
        format!("POST /v1/introspect/{PATH}\r\nContent-Type: application/x-www-form-urlencoded");
    let paths = [
        (
            "POST /v1/verify\r\nContent-Type: application/json",
            question.as_str(),
        ),
        (introspect.as_str(), form.as_str()),
        ("GET /metrics", ""),
    ];
    for (head, body) in paths {
        let reply = world.send(head, body).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (401, "admin_token_missing"),
            "{head}"
        );
        assert_eq!(
            reply.header("www-authenticate"),
            Some("Bearer realm=\"keystile admin\"")
        );
        let wrongs = [
            "x",
            &TOKEN[1..],
            &format!("{TOKEN}0"),
            world.writer.text.as_str(),
        ];
        for wrong in wrongs {
            let reply = world
                .send(&format!("{head}\r\nAuthorization: Bearer {wrong}"), body)
                .await;
            assert_eq!(
                (reply.status, reply.code().as_str()),
                (401, "admin_token_wrong"),
                "{head}"
            );
        }
        let reply = world
            .send(&format!("{head}\r\nX-API-KEY: {TOKEN}"), body)
            .await;
        assert_eq!(reply.code(), "admin_token_missing", "the token is no key");
        let reply = world
            .send(&format!("{head}\r\nAuthorization: bearer {TOKEN}"), body)
            .await;
        assert_eq!(reply.status, 200, "{head} with the token: {reply:?}");
    }
}

#[tokio::test]
async fn proxies_and_health_need_no_token_and_the_token_is_no_key() {
    let world = world().await;
    for path in ["/healthz", "/readyz", "/openapi.json"] {
        assert_eq!(
            world.ask(&format!("GET {path}")).await.status,
            200,
            "{path} tells nothing of keys"
        );
    }
    let path = format!(
        "GET /v1/auth/nginx/{}\r\nX-Original-Method: GET",
        world.environment
    );
    let reply = world
        .ask(&format!("{path}\r\nX-API-KEY: {}", world.reader.text))
        .await;
    assert_eq!(reply.status, 200, "a proxy shows its client's key only");
    let reply = world.ask(&format!("{path}\r\nX-API-KEY: {TOKEN}")).await;
    assert_eq!(reply.status, 401, "the admin token opens no API");
}

#[tokio::test]
async fn metrics_count_checks_and_name_nobody() {
    let world = World::new().await;
    world
        .verify(&json!({"key": world.reader.text, "environment": REFERENCE}))
        .await;
    world
        .verify(&json!({"key": "x", "environment": REFERENCE}))
        .await;
    let reply = world.ask("GET /metrics").await;
    assert_eq!(
        reply.header("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    for line in [
        "keystile_checks_total{verdict=\"accepted\"} 1",
        "keystile_checks_total{verdict=\"invalid_key\"} 1",
        "keystile_argon2_runs_total 1",
        "# TYPE keystile_checks_total counter",
    ] {
        assert!(
            reply.body.lines().any(|known| known == line),
            "{line} is missing in {}",
            reply.body
        );
    }
    assert!(
        !reply.body.contains("staging") && !reply.body.contains(world.reader.id.as_str()),
        "metrics are no list of keys"
    );
}
