//! Enabling disabled keys.

use keystile_keys::State;

use crate::fixture::{TestApp, result_code};

#[tokio::test]
async fn enabled_key_equals_key_before_disabling() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    let before = app.key_row(key).await;
    app.registry.disable_key(key, None).await.expect("disabled");
    let row = app.registry.enable_key(key).await.expect("enabled");
    assert_eq!(row, before, "only the state may change");
    app.registry.enable_key(key).await.expect("enabled");
    assert_eq!(
        app.count_audit("key.enabled").await,
        1,
        "enabling twice must write one audit row"
    );
}

#[tokio::test]
async fn enable_rejects_pending_and_revoked_key() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let pending = app.issue_key(environment, "pending").await.key.id;
    assert_eq!(
        result_code(app.registry.enable_key(pending).await),
        "invalid_key_state",
        "an uncopied key must not become active"
    );
    assert_eq!(app.key_state(pending).await, State::Pending);
    let revoked = app.active_key(environment, "revoked").await;
    app.registry.revoke(revoked, None).await.expect("revoked");
    assert_eq!(
        result_code(app.registry.enable_key(revoked).await),
        "invalid_key_state"
    );
    assert_eq!(app.key_state(revoked).await, State::Revoked);
    assert_eq!(app.count_audit("key.enabled").await, 0);
}
