//! Tests of token introspection (RFC 7662).

use keystile_service::AdminTokens;
use serde_json::json;

use crate::fixture::{ENVIRONMENT_PATH, ServiceFixture};

async fn introspect(fixture: &ServiceFixture, form: &str) -> crate::raw_http::Reply {
    let head = format!(
        "POST /v1/introspect/{}\r\nContent-Type: application/x-www-form-urlencoded",
        fixture.environment
    );
    fixture.send_with_body(&head, form).await
}

#[tokio::test]
async fn introspection_of_rejected_key_is_only_inactive() {
    let fixture = ServiceFixture::new().await;
    let form = format!(
        "token={}&token_type_hint=access_token",
        fixture.write_key.text
    );
    let response = introspect(&fixture, &form).await.json();
    assert_eq!(response["active"], true);
    assert_eq!(response["scope"], "read write");
    assert_eq!(response["sub"], fixture.write_key.id.as_str());
    assert_eq!(response["client_id"], fixture.environment.as_str());
    assert!(
        response["iat"]
            .as_i64()
            .is_some_and(|iat| iat > 1_700_000_000),
        "issued now, in seconds"
    );
    assert!(
        response.get("exp").is_none(),
        "a key without a date has no exp"
    );
    fixture.revoke_key(fixture.write_key.id).await;
    for form in [form.as_str(), "token=nonsense", "token="] {
        let reply = introspect(&fixture, form).await;
        assert_eq!(
            reply.json(),
            json!({"active": false}),
            "the response does not reveal the reason"
        );
    }
}

#[tokio::test]
async fn introspection_form_requires_one_token() {
    let fixture = ServiceFixture::new().await;
    for form in ["other=1", "token=a&token=b", "%"] {
        let reply = introspect(&fixture, form).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (400, "invalid_body"),
            "{form}"
        );
    }
}

#[tokio::test]
async fn introspection_of_a_key_of_another_environment_is_inactive() {
    let fixture = ServiceFixture::new().await;
    let form = format!("token={}", fixture.other_environment_key.text);
    assert_eq!(
        introspect(&fixture, &form).await.json(),
        json!({"active": false}),
        "a resource server of one environment must not accept keys of another"
    );
    for (path, status) in [
        (ENVIRONMENT_PATH, 200),
        ("nowhere/staging", 404),
        ("abcdefghijkl", 404),
        ("", 404),
    ] {
        let head = format!(
            "POST /v1/introspect/{path}\r\nContent-Type: application/x-www-form-urlencoded"
        );
        let reply = fixture
            .send_with_body(&head, &format!("token={}", fixture.read_key.text))
            .await;
        assert_eq!(reply.status, status, "{path}: {reply:?}");
        if status == 200 {
            assert_eq!(reply.json()["active"], true, "{path}");
        }
    }
    let without_environment =
        "POST /v1/introspect\r\nContent-Type: application/x-www-form-urlencoded";
    assert_eq!(
        fixture
            .send_with_body(without_environment, &form)
            .await
            .status,
        404,
        "introspection requires an environment"
    );
}

#[tokio::test]
async fn oauth_client_authenticates_by_bearer_basic_or_body() {
    use base64::Engine as _;
    // `%41` is part of the token, not an escape.
    let token = "0123456789abcdef012345678%41+/%=";
    let mut settings = crate::fixture::local_settings();
    settings.admin_tokens = Some(AdminTokens::parse(token).expect("a token"));
    let fixture = ServiceFixture::with_settings(settings).await;
    let encode = |text: String| base64::engine::general_purpose::STANDARD.encode(text);
    let escaped = "0123456789abcdef012345678%2541%2B%2F%25%3D";
    let key = &fixture.read_key.text;
    let token_form = format!("token={key}");
    for (authorization, form, status) in [
        (
            format!("Authorization: Bearer {token}"),
            token_form.clone(),
            200,
        ),
        (
            format!("Authorization: Basic {}", encode(format!("api:{escaped}"))),
            token_form.clone(),
            200,
        ),
        (
            format!("Authorization: basic {}", encode(format!(":{escaped}"))),
            token_form.clone(),
            200,
        ),
        // Some clients do not encode the secret.
        (
            format!("Authorization: Basic {}", encode(format!("api:{token}"))),
            token_form.clone(),
            200,
        ),
        (
            "X-Nothing: 1".to_owned(),
            format!("{token_form}&client_id=api&client_secret={escaped}"),
            200,
        ),
        ("X-Nothing: 1".to_owned(), token_form.clone(), 401),
        (
            format!("Authorization: Basic {}", encode(format!("{escaped}:"))),
            token_form.clone(),
            401,
        ),
        (
            format!("Authorization: Basic {}", encode("api:wrong".to_owned())),
            format!("{token_form}&client_secret={escaped}"),
            401,
        ),
        (
            "X-Nothing: 1".to_owned(),
            format!("{token_form}&client_secret=wrong"),
            401,
        ),
    ] {
        let head = format!(
            "POST /v1/introspect/{}\r\nContent-Type: application/x-www-form-urlencoded\r\n{authorization}",
            fixture.environment
        );
        let reply = fixture.send_with_body(&head, &form).await;
        assert_eq!(reply.status, status, "{authorization} {form}: {reply:?}");
        if status == 200 {
            assert_eq!(reply.json()["active"], true);
        }
    }
}
