//! Revoking: final, and asked for by name in production.

use keystile_keys::{KeyId, Stage, State, os_random};

use crate::fixture::{TestApp, error_code};

#[tokio::test]
async fn a_revoked_key_is_dead_and_stays_dead() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    let counter = app.registry.store().last_commit().expect("a counter");
    let row = app.registry.revoke(key, None).await.expect("revoked");
    assert_eq!(row.state, State::Revoked);
    assert!(row.ended_at.is_some(), "when it ended is known");
    assert_ne!(
        app.registry.store().last_commit().expect("a counter"),
        counter,
        "the commit has happened when revoke returns"
    );
    assert_eq!(
        error_code(app.registry.revoke(key, None).await),
        "key_ended",
        "what has ended stays ended"
    );
    assert_eq!(app.count_audit("key.revoked").await, 1);
}

#[tokio::test]
async fn in_production_the_name_must_be_typed() {
    let app = TestApp::new().await;
    let environment = app.create_environment("prod", Stage::Production).await;
    let key = app.active_key(environment, "ci-writer").await;
    for wrong in [None, Some(""), Some("ci-write"), Some("CI-WRITER")] {
        let error = app
            .registry
            .revoke(key, wrong)
            .await
            .expect_err("not the name");
        assert_eq!(error.code(), "name_required", "{wrong:?}");
        assert_eq!(
            error.field().map(|field| field.name()).as_deref(),
            Some("confirmation")
        );
        assert_eq!(app.key_state(key).await, State::Active);
    }
    assert_eq!(
        error_code(app.registry.revoke(key, Some(" ci-writer ")).await),
        "done"
    );
}

#[tokio::test]
async fn elsewhere_no_name_is_asked_for() {
    let app = TestApp::new().await;
    for stage in [Stage::Staging, Stage::Development] {
        let environment = app.create_environment(stage.as_str(), stage).await;
        let key = app.active_key(environment, "ci").await;
        assert_eq!(error_code(app.registry.revoke(key, None).await), "done");
    }
}

#[tokio::test]
async fn a_key_that_does_not_exist_is_not_revoked() {
    let app = TestApp::new().await;
    let nobody = KeyId::generate(&mut os_random()).expect("an id");
    assert_eq!(
        error_code(app.registry.revoke(nobody, None).await),
        "not_found"
    );
}
