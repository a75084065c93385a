//! Enabling: a disabled key that is switched on again.

use keystile_keys::State;

use crate::fixture::{TestApp, error_code};

#[tokio::test]
async fn a_key_that_was_disabled_and_enabled_is_what_it_was() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    let before = app.key_row(key).await;
    app.registry.disable_key(key).await.expect("disabled");
    let row = app.registry.enable_key(key).await.expect("enabled");
    assert_eq!(row, before, "nothing but its state was touched");
    app.registry.enable_key(key).await.expect("enabled");
    assert_eq!(app.count_audit("key.enabled").await, 1, "once is one row");
}

#[tokio::test]
async fn enabling_is_no_way_around_copying_or_revoking() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let pending = app.issue_key(environment, "pending").await.key.id;
    assert_eq!(
        error_code(app.registry.enable_key(pending).await),
        "key_ended",
        "no key is live that was never copied"
    );
    assert_eq!(app.key_state(pending).await, State::Pending);
    let revoked = app.active_key(environment, "revoked").await;
    app.registry.revoke(revoked, None).await.expect("revoked");
    assert_eq!(
        error_code(app.registry.enable_key(revoked).await),
        "key_ended"
    );
    assert_eq!(app.key_state(revoked).await, State::Revoked);
    assert_eq!(app.count_audit("key.enabled").await, 0);
}
