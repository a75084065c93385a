//! References by id or name, ignoring case. Ambiguous references are errors.

use keystile_registry::EnvironmentInput;
use keystile_tests::diagnostic::error_code;

use crate::fixture::{TestApp, result_code};

fn environment_input(name: &str) -> EnvironmentInput {
    EnvironmentInput {
        name: name.to_owned(),
        stage: keystile_keys::Stage::Staging,
        prefix: None,
        endpoint: None,
        key_location: None,
    }
}

#[tokio::test]
async fn project_and_environment_are_found_by_id_and_name() {
    let app = TestApp::new().await;
    let registry = &app.registry;
    let created = registry
        .create_project("Acme Shop", Some(&environment_input("dev-anna")))
        .await
        .expect("created");
    let environment = created.environment.expect("an environment");
    for reference in [created.project.id.as_str(), "Acme Shop", "ACME  shop"] {
        let found = registry.find_project(reference).await.expect("an answer");
        assert_eq!(
            found.map(|found| found.id),
            Some(created.project.id),
            "{reference}"
        );
    }
    for reference in [environment.id.as_str(), "acme shop/Dev-Anna"] {
        let found = registry
            .find_environment(reference)
            .await
            .expect("an answer");
        assert_eq!(
            found.map(|found| found.id),
            Some(environment.id),
            "{reference}"
        );
    }
    for reference in [
        "Acme Shop",
        "Acme Shop/",
        "/dev-anna",
        "Acme Shop/x/dev-anna",
        "",
    ] {
        let found = registry.find_environment(reference).await;
        assert_eq!(found.expect("an answer"), None, "{reference}");
    }
}

#[tokio::test]
async fn project_and_environment_names_with_slash_are_rejected() {
    let app = TestApp::new().await;
    let registry = &app.registry;
    assert_eq!(
        result_code(registry.create_project("a/b", None).await),
        "name_slash"
    );
    let project = registry
        .create_project("a", None)
        .await
        .expect("created")
        .project;
    let refused = registry
        .create_environment(&project.id, &environment_input("b/c"))
        .await;
    let error = refused.expect_err("a slash");
    assert_eq!(error_code(&error), "name_slash");
    assert_eq!(
        error.field().map(|field| field.name().into_owned()),
        Some("environmentName".to_owned())
    );
    assert_eq!(
        result_code(registry.rename_project(&project.id, "a/b").await),
        "name_slash"
    );
    let created = registry
        .create_environment(&project.id, &environment_input("b"))
        .await
        .expect("created");
    assert_eq!(
        result_code(
            registry
                .edit_environment(&created.id, &environment_input("b/c"))
                .await
        ),
        "name_slash"
    );
    app.active_key(created.id, "ci/deploy").await;
    let key = registry.find_key(&created.id, "CI/Deploy").await;
    assert!(
        key.expect("an answer").is_some(),
        "key names may contain slashes"
    );
}

#[tokio::test]
async fn key_beyond_list_limit_is_found_by_name() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let old = app.active_key(environment, "old one").await;
    let mut connection = app.raw_connection().await;
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
         INSERT INTO keys (id, environment_id, name, folded_name, permissions, state, created_at, lock_file,
                           prompt_closed_at, idempotency_key)
         SELECT printf('%012d', i), ?, 'key ' || i, 'key ' || i, 'read', 'revoked', 9e15, 'none', i, i FROM n",
    )
    .bind(environment.as_str())
    .execute(&mut connection)
    .await
    .expect("rows");
    let registry = &app.registry;
    let found = registry.find_key(&environment, "OLD one").await;
    assert_eq!(found.expect("an answer").map(|key| key.id), Some(old));
    assert!(
        registry
            .has_non_terminal_keys(&environment)
            .await
            .expect("an answer")
    );
    registry.revoke(old, None).await.expect("revoked");
    assert!(
        !registry
            .has_non_terminal_keys(&environment)
            .await
            .expect("an answer")
    );
    let found = registry.find_key(&environment, "old one").await;
    assert_eq!(
        found.expect("an answer"),
        None,
        "an ended key is found by id only"
    );
    let found = registry.find_key(&environment, old.as_str()).await;
    assert_eq!(found.expect("an answer").map(|key| key.id), Some(old));
}

#[tokio::test]
async fn reference_matching_id_and_name_is_ambiguous() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let first = app.active_key(environment, "first").await;
    app.active_key(environment, first.as_str()).await;
    let found = app.registry.find_key(&environment, first.as_str()).await;
    assert_eq!(result_code(found), "ambiguous");
    let project = app
        .registry
        .create_project("one", None)
        .await
        .expect("created")
        .project;
    app.registry
        .create_project(project.id.as_str(), None)
        .await
        .expect("created");
    let found = app.registry.find_project(project.id.as_str()).await;
    assert_eq!(result_code(found), "ambiguous");
}
