//! Disabling keys.

use keystile_keys::{KeyId, State, os_random};

use crate::fixture::{TestApp, result_code};

#[tokio::test]
async fn disabled_key_is_stored_when_call_returns() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    let before = app.key_row(key).await;
    let counter = app.last_commit().await;
    let row = app.registry.disable_key(key, None).await.expect("disabled");
    assert_eq!(row.state, State::Disabled);
    assert_eq!(row.ended_at, None, "a disabled key has not ended");
    assert_eq!(row.claimed_at, before.claimed_at);
    assert_ne!(
        app.last_commit().await,
        counter,
        "the commit has happened when disable_key returns"
    );
    assert_eq!(app.count_audit("key.disabled").await, 1);
}

#[tokio::test]
async fn disabling_twice_writes_one_audit_row() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    for _ in 0..2 {
        let row = app.registry.disable_key(key, None).await.expect("disabled");
        assert_eq!(row.state, State::Disabled);
    }
    assert_eq!(app.count_audit("key.disabled").await, 1);
}

#[tokio::test]
async fn disable_requires_an_active_key() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let pending = app.issue_key(environment, "pending").await.key.id;
    assert_eq!(
        result_code(app.registry.disable_key(pending, None).await),
        "invalid_key_state",
        "a pending key cannot be disabled"
    );
    let revoked = app.active_key(environment, "revoked").await;
    app.registry.revoke(revoked, None).await.expect("revoked");
    assert_eq!(
        result_code(app.registry.disable_key(revoked, None).await),
        "invalid_key_state"
    );
    let unknown = KeyId::generate(&mut os_random()).expect("an id");
    assert_eq!(
        result_code(app.registry.disable_key(unknown, None).await),
        "not_found"
    );
    assert_eq!(app.count_audit("key.disabled").await, 0);
}

#[tokio::test]
async fn disabled_key_can_be_revoked() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    app.registry.disable_key(key, None).await.expect("disabled");
    let row = app.registry.revoke(key, None).await.expect("revoked");
    assert_eq!(row.state, State::Revoked);
}
