//! Revoking keys, with confirmation in production.

use keystile_keys::{KeyId, Stage, State, os_random};
use keystile_tests::diagnostic::error_code;

use crate::fixture::{TestApp, result_code};

#[tokio::test]
async fn revoked_key_stays_revoked() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    let counter = app.last_commit().await;
    let row = app.registry.revoke(key, None).await.expect("revoked");
    assert_eq!(row.state, State::Revoked);
    assert!(row.ended_at.is_some(), "the end must be recorded");
    assert_ne!(
        app.last_commit().await,
        counter,
        "the commit has happened when revoke returns"
    );
    let again = app.registry.revoke(key, None).await;
    assert_eq!(
        again.expect("no error").ended_at,
        row.ended_at,
        "the key was revoked once"
    );
    assert_eq!(app.count_audit("key.revoked").await, 1);
}

#[tokio::test]
async fn revoke_in_production_requires_name() {
    let app = TestApp::new().await;
    let environment = app.create_environment("prod", Stage::Production).await;
    let key = app.active_key(environment, "ci-writer").await;
    for wrong in [None, Some(""), Some("ci-write"), Some("CI-WRITER")] {
        let error = app
            .registry
            .revoke(key, wrong)
            .await
            .expect_err("the confirmation does not match");
        assert_eq!(error_code(&error), "name_required", "{wrong:?}");
        assert_eq!(
            error.field().map(|field| field.name()).as_deref(),
            Some("confirmation")
        );
        assert_eq!(app.key_state(key).await, State::Active);
    }
    assert_eq!(
        result_code(app.registry.revoke(key, Some(" ci-writer ")).await),
        "done"
    );
}

#[tokio::test]
async fn revoke_outside_production_requires_no_name() {
    let app = TestApp::new().await;
    for stage in [Stage::Staging, Stage::Development] {
        let environment = app.create_environment(stage.as_str(), stage).await;
        let key = app.active_key(environment, "ci").await;
        assert_eq!(result_code(app.registry.revoke(key, None).await), "done");
    }
}

#[tokio::test]
async fn revoking_unknown_key_is_not_found() {
    let app = TestApp::new().await;
    let unknown = KeyId::generate(&mut os_random()).expect("an id");
    assert_eq!(
        result_code(app.registry.revoke(unknown, None).await),
        "not_found"
    );
}
