//! What OAuth libraries are told (RFC 7662).

use serde_json::json;

use crate::world::World;

async fn introspect(world: &World, form: &str) -> crate::caller::Reply {
    let head = "POST /v1/introspect\r\nContent-Type: application/x-www-form-urlencoded";
    world.send(head, form).await
}

#[tokio::test]
async fn a_living_key_is_active_and_a_dead_one_is_only_inactive() {
    let world = World::new().await;
    let form = format!("token={}&token_type_hint=access_token", world.writer.text);
    let told = introspect(&world, &form).await.json();
    assert_eq!(told["active"], true);
    assert_eq!(told["scope"], "read write");
    assert_eq!(told["sub"], world.writer.id.as_str());
    assert_eq!(told["client_id"], world.environment.as_str());
    assert!(
        told["iat"].as_i64().is_some_and(|iat| iat > 1_700_000_000),
        "issued now, in seconds"
    );
    assert!(told.get("exp").is_none(), "a key without a date has no exp");
    world.revoke(world.writer.id).await;
    for form in [form.as_str(), "token=nonsense", "token="] {
        let reply = introspect(&world, form).await;
        assert_eq!(
            reply.json(),
            json!({"active": false}),
            "why is nobody's business here"
        );
    }
}

#[tokio::test]
async fn a_form_without_one_token_is_no_question() {
    let world = World::new().await;
    for form in ["other=1", "token=a&token=b", "%"] {
        let reply = introspect(&world, form).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (400, "body_form"),
            "{form}"
        );
    }
}
