//! Deleting an environment: its living keys end with it, in one transaction, or nothing happens.

use keystile_keys::{Stage, State};

use crate::fixture::{TestApp, environment_input, error_code};

#[tokio::test]
async fn an_environment_without_living_keys_is_deleted_unasked() {
    let app = TestApp::new().await;
    let environment = app.create_environment("prod", Stage::Production).await;
    let key = app.active_key(environment, "ci").await;
    app.registry.revoke(key, Some("ci")).await.expect("revoked");
    assert_eq!(
        error_code(app.registry.delete_environment(&environment, None).await),
        "done"
    );
    assert_eq!(
        error_code(app.registry.list_keys(&environment).await),
        "not_found"
    );
    assert_eq!(
        error_code(app.registry.delete_environment(&environment, None).await),
        "not_found"
    );
}

#[tokio::test]
async fn living_keys_ask_for_the_name_and_end_in_the_same_transaction() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let active = app.active_key(environment, "active").await;
    let pending = app.issue_key(environment, "pending").await.key.id;
    let before = app.audit_actions().await;
    for wrong in [None, Some("Staging"), Some("active")] {
        let refused = app.registry.delete_environment(&environment, wrong).await;
        assert_eq!(error_code(refused), "name_required", "{wrong:?}");
    }
    assert_eq!(
        app.key_state(active).await,
        State::Active,
        "nothing happened"
    );
    assert_eq!(app.audit_actions().await, before);
    let counter = app
        .registry
        .store()
        .last_commit()
        .expect("a commit")
        .change_counter;
    app.registry
        .delete_environment(&environment, Some("staging"))
        .await
        .expect("deleted");
    assert_eq!(
        app.registry
            .store()
            .last_commit()
            .expect("a commit")
            .change_counter,
        counter.wrapping_add(1),
        "there is no moment with the one and without the other"
    );
    for key in [active, pending] {
        assert_eq!(app.key_state(key).await, State::Revoked);
    }
    assert_eq!(
        app.audit_actions().await[before.len()..],
        ["key.revoked", "key.revoked", "environment.deleted"],
        "each key has its own row"
    );
}

#[tokio::test]
async fn a_deletion_that_cannot_be_stored_revokes_nothing() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    app.make_read_only().await;
    let failed = app
        .registry
        .delete_environment(&environment, Some("staging"))
        .await;
    assert_eq!(error_code(failed), "database_read_only");
    assert_eq!(app.key_state(key).await, State::Active);
}

#[tokio::test]
async fn the_name_is_free_again_and_the_prefix_only_if_no_key_carries_it() {
    let app = TestApp::new().await;
    let project = app
        .registry
        .create_project("Acme Shop", None)
        .await
        .expect("a project")
        .project
        .id;
    let create = async || {
        app.registry
            .create_environment(&project, &environment_input("staging", Stage::Staging))
            .await
            .expect("an environment")
    };
    let first = create().await;
    app.registry
        .delete_environment(&first.id, None)
        .await
        .expect("deleted");
    let second = create().await;
    assert_eq!(
        second.prefix, first.prefix,
        "no key was ever issued with it"
    );
    app.active_key(second.id, "ci").await;
    app.registry
        .delete_environment(&second.id, Some("staging"))
        .await
        .expect("deleted");
    assert_eq!(
        create().await.prefix.as_str(),
        "ks_stag2",
        "a prefix that is written in keys stays theirs"
    );
}
