//! Creating, renaming, and deleting projects.

use keystile_keys::{Stage, State};

use crate::fixture::{TestApp, environment_input, result_code};

#[tokio::test]
async fn project_deletion_with_usable_keys_requires_name_and_revokes_them() {
    let app = TestApp::new().await;
    let registry = &app.registry;
    let created = registry
        .create_project(
            "Acme Shop",
            Some(&environment_input("staging", Stage::Staging)),
        )
        .await
        .expect("a project");
    let staging = created.environment.expect("its environment").id;
    let dev = registry
        .create_environment(
            &created.project.id,
            &environment_input("dev", Stage::Development),
        )
        .await
        .expect("another")
        .id;
    let keys = [
        app.active_key(staging, "ci").await,
        app.active_key(dev, "ci").await,
    ];
    let project = created.project.id;
    for wrong in [None, Some("staging"), Some("acme shop")] {
        assert_eq!(
            result_code(registry.delete_project(&project, wrong).await),
            "name_required"
        );
    }
    for key in keys {
        assert_eq!(app.key_state(key).await, State::Active, "nothing happened");
    }
    let deletion = registry.delete_project(&project, Some("Acme Shop"));
    let (deleted, commits) = app.count_commits(deletion).await;
    deleted.expect("deleted");
    assert_eq!(commits, 1, "all in one transaction");
    for key in keys {
        assert_eq!(app.key_state(key).await, State::Revoked);
    }
    assert_eq!(app.count_audit("environment.deleted").await, 2);
    assert_eq!(registry.list_projects().await.expect("projects"), []);
    assert_eq!(
        result_code(registry.list_environments(&project).await),
        "not_found"
    );
}

#[tokio::test]
async fn empty_project_is_deleted_without_confirmation_and_frees_its_name() {
    let app = TestApp::new().await;
    let registry = &app.registry;
    let project = registry
        .create_project("Acme Shop", None)
        .await
        .expect("a project")
        .project
        .id;
    assert_eq!(
        result_code(registry.create_project("ACME  SHOP", None).await),
        "name_taken",
        "names are compared ignoring case"
    );
    registry
        .delete_project(&project, None)
        .await
        .expect("deleted");
    assert_eq!(
        result_code(registry.create_project("acme shop", None).await),
        "done"
    );
}

#[tokio::test]
async fn rename_to_same_name_changes_nothing() {
    let app = TestApp::new().await;
    let registry = &app.registry;
    let project = registry
        .create_project("Acme", None)
        .await
        .expect("a project")
        .project
        .id;
    registry
        .create_project("Other", None)
        .await
        .expect("another");
    let renamed = registry.rename_project(&project, " ACME ").await;
    assert_eq!(renamed.expect("only the case changed").name, "ACME");
    assert_eq!(
        result_code(registry.rename_project(&project, "ACME").await),
        "done"
    );
    assert_eq!(
        app.count_audit("project.renamed").await,
        1,
        "nothing to record"
    );
    assert_eq!(
        result_code(registry.rename_project(&project, "other").await),
        "name_taken"
    );
}

#[tokio::test]
async fn project_and_first_environment_are_created_in_one_transaction() {
    let app = TestApp::new().await;
    let mut bad = environment_input("staging", Stage::Staging);
    bad.prefix = Some("UPPER".to_owned());
    let registry = &app.registry;
    let refused = registry.create_project("Acme", Some(&bad)).await;
    assert_eq!(result_code(refused), "invalid_prefix");
    app.staging_environment().await;
    bad.prefix = Some("ks_staging".to_owned());
    let refused = registry.create_project("Acme", Some(&bad)).await;
    assert_eq!(result_code(refused), "prefix_taken");
    let names: Vec<_> = registry.list_projects().await.expect("projects");
    assert_eq!(
        names.len(),
        1,
        "a failed environment must not leave a project"
    );
}
