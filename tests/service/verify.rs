//! Tests of `/v1/verify`.

use serde_json::{Value, json};

use crate::fixture::{ENVIRONMENT_NAME, PROJECT, ServiceFixture};

#[tokio::test]
async fn verify_accepted_key_returns_key_info() {
    let fixture = ServiceFixture::new().await;
    for environment in [
        ENVIRONMENT_NAME.to_owned(),
        ENVIRONMENT_NAME.to_lowercase(),
        fixture.environment.to_string(),
    ] {
        let body = json!({"key": fixture.write_key.text, "environment": environment, "permission": "write"});
        let reply = fixture.post_verify(&body).await;
        assert_eq!(reply.status, 200);
        assert_eq!(
            reply.json(),
            json!({
                "valid": true, "code": "allowed", "key_id": fixture.write_key.id.as_str(), "name": "écrire€",
                "project": PROJECT, "environment": "staging", "permissions": ["read", "write"], "expires_at": null,
                "secret": null, "secret_ends_at": null,
            }),
            "{environment} is the environment, by id or by name in any case"
        );
        assert_eq!(
            reply.header("cache-control"),
            Some("no-store"),
            "a verification must not be cached"
        );
    }
}

#[tokio::test]
async fn verify_denial_has_code_and_key_info_only_with_correct_secret() {
    let fixture = ServiceFixture::new().await;
    let other_key = &fixture.other_environment_key;
    let mut forged = fixture.read_key.text.clone();
    forged.replace_range(
        forged.len() - 1..,
        if forged.ends_with('0') { "1" } else { "0" },
    );
    let cases = [
        (
            fixture.read_key.text.as_str(),
            "write",
            "insufficient_scope",
            true,
        ),
        (other_key.text.as_str(), "read", "wrong_environment", true),
        (forged.as_str(), "read", "invalid_key", false),
        ("", "read", "invalid_key", false),
    ];
    for (key, permission, code, is_named) in cases {
        let body = json!({"key": key, "environment": ENVIRONMENT_NAME, "permission": permission});
        let response = fixture.post_verify(&body).await.json();
        assert_eq!(response["valid"], false);
        assert_eq!(response["code"], code);
        for field in ["key_id", "name", "project", "environment", "permissions"] {
            assert_eq!(
                response[field] != Value::Null,
                is_named,
                "{field} of a key denied as {code}"
            );
        }
    }
    fixture.revoke_key(fixture.read_key.id).await;
    let response = fixture
        .post_verify(&json!({"key": fixture.read_key.text, "environment": ENVIRONMENT_NAME}))
        .await
        .json();
    assert_eq!(
        response["code"], "revoked",
        "the next verification reports the change"
    );
}

#[tokio::test]
async fn verify_rejects_invalid_request() {
    let fixture = ServiceFixture::new().await;
    let valid_key = fixture.read_key.text.as_str();
    let body = |more: Value| {
        let mut body = json!({"key": valid_key, "environment": ENVIRONMENT_NAME});
        let fields = more.as_object().expect("an object").clone();
        body.as_object_mut().expect("an object").extend(fields);
        body
    };
    let cases = [
        (json!({"key": valid_key}), "Missing field: environment."),
        (
            json!({"environment": ENVIRONMENT_NAME}),
            "Missing field: key.",
        ),
        (
            body(json!({"permision": "write"})),
            "Unknown field: permision.",
        ),
        (
            body(json!({"permission": "admin"})),
            "Invalid value of the field permission.",
        ),
        (
            body(json!({"key": [valid_key]})),
            "Invalid value of the field key.",
        ),
        (
            body(json!({"environment": 1})),
            "Invalid value of the field environment.",
        ),
        (body(json!({valid_key: 1})), "Invalid request body."),
        (json!(valid_key), "Invalid request body."),
    ];
    for (body, detail) in cases {
        let reply = fixture.post_verify(&body).await;
        let problem = reply.json();
        assert_eq!(
            (reply.status, &problem["code"], &problem["detail"]),
            (400, &json!("invalid_body"), &json!(detail)),
            "{body}"
        );
        assert!(
            !reply.body.contains(valid_key),
            "an error never repeats a key"
        );
    }
    let whole = body(json!({})).to_string();
    let truncated = whole.split_at(whole.len() - 20).0;
    let reply = fixture
        .send_with_body(
            "POST /v1/verify\r\nContent-Type: application/json",
            truncated,
        )
        .await;
    assert_eq!(
        (reply.status, &reply.json()["detail"]),
        (400, &json!("Invalid request body.")),
        "no field is wrong in {truncated}"
    );
    let reply = fixture
        .post_verify(&body(json!({"environment": "nowhere"})))
        .await;
    assert_eq!(
        (reply.status, reply.code().as_str()),
        (404, "unknown_environment")
    );
}
