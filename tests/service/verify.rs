//! What the API's owner is told.

use serde_json::{Value, json};

use crate::world::{PROJECT, REFERENCE, World};

#[tokio::test]
async fn a_key_that_may_pass_is_told_with_who_shows_it() {
    let world = World::new().await;
    for environment in [
        REFERENCE.to_owned(),
        REFERENCE.to_lowercase(),
        world.environment.to_string(),
    ] {
        let question =
            json!({"key": world.writer.text, "environment": environment, "permission": "write"});
        let reply = world.verify(&question).await;
        assert_eq!(reply.status, 200);
        assert_eq!(
            reply.json(),
            json!({
                "valid": true, "code": "accepted", "key_id": world.writer.id.as_str(), "name": "écrire€",
                "project": PROJECT, "environment": "staging", "permissions": ["read", "write"], "expires_at": null,
            }),
            "{environment} is the environment, by id or by name in any case"
        );
        assert_eq!(
            reply.header("cache-control"),
            Some("no-store"),
            "a verdict is good once"
        );
    }
}

#[tokio::test]
async fn each_refusal_has_its_code_and_names_only_who_had_the_secret() {
    let world = World::new().await;
    let ended = &world.elsewhere;
    let mut forged = world.reader.text.clone();
    forged.replace_range(
        forged.len() - 1..,
        if forged.ends_with('0') { "1" } else { "0" },
    );
    let cases = [
        (
            world.reader.text.as_str(),
            "write",
            "insufficient_scope",
            true,
        ),
        (ended.text.as_str(), "read", "wrong_environment", true),
        (forged.as_str(), "read", "invalid_key", false),
        ("", "read", "invalid_key", false),
    ];
    for (key, permission, code, is_named) in cases {
        let question = json!({"key": key, "environment": REFERENCE, "permission": permission});
        let told = world.verify(&question).await.json();
        assert_eq!(told["valid"], false);
        assert_eq!(told["code"], code);
        for field in ["key_id", "name", "project", "environment", "permissions"] {
            assert_eq!(
                told[field] != Value::Null,
                is_named,
                "{field} of a key refused as {code}"
            );
        }
    }
    world.revoke(world.reader.id).await;
    let told = world
        .verify(&json!({"key": world.reader.text, "environment": REFERENCE}))
        .await
        .json();
    assert_eq!(told["code"], "revoked", "the next question knows of it");
}

#[tokio::test]
async fn a_question_that_is_none_is_no_verdict() {
    let world = World::new().await;
    let good = world.reader.text.as_str();
    let cases = [
        (json!({"key": good}), 400, "body_form"),
        (json!({"environment": REFERENCE}), 400, "body_form"),
        (
            json!({"key": good, "environment": REFERENCE, "permision": "write"}),
            400,
            "body_form",
        ),
        (
            json!({"key": good, "environment": REFERENCE, "permission": "admin"}),
            400,
            "body_form",
        ),
        (
            json!({"key": 1, "environment": REFERENCE}),
            400,
            "body_form",
        ),
        (json!([good]), 400, "body_form"),
        (
            json!({"key": good, "environment": "nowhere"}),
            404,
            "environment_unknown",
        ),
    ];
    for (question, status, code) in cases {
        let reply = world.verify(&question).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (status, code),
            "{question}"
        );
        assert!(!reply.body.contains(good), "an error never repeats a key");
    }
}
