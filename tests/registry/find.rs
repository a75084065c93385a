//! References: an id, or names without regard to case. What could mean two things is an error.

use keystile_registry::EnvironmentInput;

use crate::world::{World, code};

fn fields(name: &str) -> EnvironmentInput {
    EnvironmentInput {
        name: name.to_owned(),
        stage: keystile_keys::Stage::Staging,
        prefix: None,
        endpoint: None,
        key_location: None,
    }
}

#[tokio::test]
async fn project_and_environment_are_found_by_id_and_by_name() {
    let world = World::new().await;
    let registry = &world.registry;
    let created = registry
        .create_project("Acme Shop", Some(&fields("dev-anna")))
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
async fn names_with_a_slash_are_refused_because_a_reference_would_mean_two_environments() {
    let world = World::new().await;
    let registry = &world.registry;
    assert_eq!(
        code(registry.create_project("a/b", None).await),
        "name_slash"
    );
    let project = registry
        .create_project("a", None)
        .await
        .expect("created")
        .project;
    let refused = registry
        .create_environment(&project.id, &fields("b/c"))
        .await;
    let error = refused.expect_err("a slash");
    assert_eq!(error.code(), "name_slash");
    assert_eq!(
        error.field().map(|field| field.name().into_owned()),
        Some("environmentName".to_owned())
    );
    assert_eq!(
        code(registry.rename_project(&project.id, "a/b").await),
        "name_slash"
    );
    let created = registry
        .create_environment(&project.id, &fields("b"))
        .await
        .expect("created");
    assert_eq!(
        code(registry.edit_environment(&created.id, &fields("b/c")).await),
        "name_slash"
    );
    world.active_key(created.id, "ci/deploy").await;
    let key = registry.find_key(&created.id, "CI/Deploy").await;
    assert!(
        key.expect("an answer").is_some(),
        "a key's name is part of no reference"
    );
}

#[tokio::test]
async fn key_older_than_the_list_is_found_by_its_name() {
    let world = World::new().await;
    let environment = world.staging().await;
    let old = world.active_key(environment, "old one").await;
    let mut connection = world.foreign_connection().await;
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
    let registry = &world.registry;
    let found = registry.find_key(&environment, "OLD one").await;
    assert_eq!(found.expect("an answer").map(|key| key.id), Some(old));
    assert!(
        registry
            .has_active_keys(&environment)
            .await
            .expect("an answer")
    );
    registry.revoke(old, None).await.expect("revoked");
    assert!(
        !registry
            .has_active_keys(&environment)
            .await
            .expect("an answer")
    );
    let found = registry.find_key(&environment, "old one").await;
    assert_eq!(
        found.expect("an answer"),
        None,
        "a key that has ended is named by its id"
    );
    let found = registry.find_key(&environment, old.as_str()).await;
    assert_eq!(found.expect("an answer").map(|key| key.id), Some(old));
}

#[tokio::test]
async fn reference_that_is_an_id_and_another_ones_name_is_an_error() {
    let world = World::new().await;
    let environment = world.staging().await;
    let first = world.active_key(environment, "first").await;
    world.active_key(environment, first.as_str()).await;
    let found = world.registry.find_key(&environment, first.as_str()).await;
    assert_eq!(code(found), "ambiguous");
    let project = world
        .registry
        .create_project("one", None)
        .await
        .expect("created")
        .project;
    world
        .registry
        .create_project(project.id.as_str(), None)
        .await
        .expect("created");
    let found = world.registry.find_project(project.id.as_str()).await;
    assert_eq!(code(found), "ambiguous");
}
