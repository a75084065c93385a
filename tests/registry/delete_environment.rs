//! Deleting an environment and its keys in one transaction.

use keystile_keys::{Stage, State};

use crate::fixture::{TestApp, environment_input, result_code};

#[tokio::test]
async fn environment_without_usable_keys_is_deleted_without_confirmation() {
    let app = TestApp::new().await;
    let environment = app.create_environment("prod", Stage::Production).await;
    let key = app.active_key(environment, "ci").await;
    app.registry.revoke(key, Some("ci")).await.expect("revoked");
    assert_eq!(
        result_code(app.registry.delete_environment(&environment, None).await),
        "done"
    );
    assert_eq!(
        result_code(app.registry.all_keys(&environment).await),
        "not_found"
    );
    assert_eq!(
        result_code(app.registry.delete_environment(&environment, None).await),
        "not_found"
    );
}

#[tokio::test]
async fn deletion_with_usable_keys_requires_name_and_revokes_in_one_transaction() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let active = app.active_key(environment, "active").await;
    let pending = app.issue_key(environment, "pending").await.key.id;
    let before = app.audit_actions().await;
    for wrong in [None, Some("Staging"), Some("active")] {
        let refused = app.registry.delete_environment(&environment, wrong).await;
        assert_eq!(result_code(refused), "name_required", "{wrong:?}");
    }
    assert_eq!(
        app.key_state(active).await,
        State::Active,
        "nothing happened"
    );
    assert_eq!(app.audit_actions().await, before);
    let deletion = app
        .registry
        .delete_environment(&environment, Some("staging"));
    let (deleted, commits) = app.count_commits(deletion).await;
    deleted.expect("deleted");
    assert_eq!(
        commits, 1,
        "revocation and deletion must be one transaction"
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
async fn failed_deletion_revokes_no_key() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    app.make_read_only().await;
    let failed = app
        .registry
        .delete_environment(&environment, Some("staging"))
        .await;
    assert_eq!(result_code(failed), app.read_only_code());
    assert_eq!(app.key_state(key).await, State::Active);
}

#[tokio::test]
async fn deletion_frees_name_but_not_prefix_of_issued_keys() {
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
        "ks_staging2",
        "the prefix of issued keys must not be reused"
    );
}
