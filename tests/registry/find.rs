//! References by id or name, ignoring case. Ambiguous references are errors.

use keystile_keys::MentionForm;
use keystile_registry::{EnvironmentChanges, EnvironmentInput};
use keystile_tests::diagnostic::error_code;

use crate::fixture::{TestApp, result_code};

fn environment_input(name: &str) -> EnvironmentInput {
    EnvironmentInput {
        name: name.to_owned(),
        stage: keystile_keys::Stage::Staging,
        prefix: None,
        endpoint: None,
        key_location: None,
        default_days: None,
        max_days: None,
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
async fn environment_is_found_in_its_project_by_name_and_id() {
    let app = TestApp::new().await;
    let registry = &app.registry;
    let input = environment_input("dev-anna");
    let created = registry.create_project("Acme Shop", Some(&input)).await;
    let created = created.expect("created");
    let environment = created.environment.expect("an environment");
    let other = registry.create_project("Other", None).await;
    let other = other.expect("created").project;
    let (project_id, id) = (created.project.id.as_str(), environment.id.as_str());
    for (project, name) in [
        ("acme shop", "DEV-anna"),
        (project_id, "dev-anna"),
        ("Acme Shop", id),
        (project_id, id),
    ] {
        let found = registry.find_environment_in(project, name).await;
        assert_eq!(
            found.expect("an answer").map(|found| found.id),
            Some(environment.id),
            "{project}/{name}"
        );
    }
    for (project, name) in [
        ("Other", "dev-anna"),
        (other.id.as_str(), id),
        ("Nowhere", id),
        ("Acme Shop", "staging"),
        ("Acme Shop", ""),
    ] {
        let found = registry.find_environment_in(project, name).await;
        assert_eq!(found.expect("an answer"), None, "{project}/{name}");
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
                .edit_environment(
                    &created.id,
                    &EnvironmentChanges {
                        name: Some("b/c".to_owned()),
                        ..EnvironmentChanges::default()
                    },
                )
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
    app.run_sql(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
         INSERT INTO keys (id, environment_id, name, folded_name, permissions, state, created_at)
         SELECT substr(CAST(1000000000000 + i AS text), 2), '{environment}', 'key ' || i, 'key ' || i, 'read', 'revoked',
           9000000000000000 FROM n"
    ))
    .await;
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

#[tokio::test]
async fn search_finds_keys_of_all_projects_by_name_and_id() {
    let app = TestApp::new().await;
    let staging = app.staging_environment().await;
    let production = app
        .create_environment("production", keystile_keys::Stage::Production)
        .await;
    let first = app.active_key(staging, "CI Writer").await;
    let second = app.active_key(production, "ci-reader").await;
    app.issue_key(staging, "ci pending").await;
    let found = async |text: &str| -> Vec<_> {
        let keys = app.registry.search_keys(text).await.expect("keys");
        keys.into_iter().map(|key| key.id).collect()
    };
    assert_eq!(found("ci").await.len(), 2, "pending keys are left out");
    assert_eq!(found(" ci   WRITER ").await, [first]);
    assert_eq!(found(second.as_str()).await, [second]);
    assert_eq!(found(&second.as_str()[..6].to_lowercase()).await, [second]);
    let prefix = app.key_row(second).await.prefix;
    assert_eq!(
        found(&format!("{prefix}_{}", &second.as_str()[..4])).await,
        [second]
    );
    assert!(
        found("stag").await.is_empty(),
        "a word of the prefix is no key"
    );
    assert!(found("").await.is_empty());
    assert!(found("ci\0").await.is_empty(), "no name contains NUL");
    app.registry.revoke(first, None).await.expect("revoked");
    assert_eq!(found("ci").await, [second, first], "usable keys are first");
    app.registry
        .delete_environment(&production, Some("production"))
        .await
        .expect("deleted");
    assert_eq!(found("ci").await, [first]);
}

#[tokio::test]
async fn key_is_identified_by_its_id_in_any_text() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let text = crate::fixture::plain_key(&prompt);
    app.copy_key(&prompt).await;
    app.close_prompt(&prompt).await;
    let id = prompt.key.id;
    let identify = async |text: &str| {
        let identified = app.registry.identify_key(text).await.expect("no error");
        identified.map(|identified| (identified.key.id, identified.form))
    };
    assert_eq!(identify(&text).await, Some((id, MentionForm::Whole)));
    let line = format!("401 verification failed key_id={id}");
    assert_eq!(identify(&line).await, Some((id, MentionForm::Part)));
    assert_eq!(identify("verification failed").await, None);
    let late = format!("{}{id}", " ".repeat(70_000));
    assert_eq!(identify(&late).await, None, "a long text is cut");
    app.registry.revoke(id, None).await.expect("revoked");
    let revoked = app.registry.identify_key(&line).await.expect("no error");
    assert_eq!(
        revoked.map(|revoked| revoked.key.state),
        Some(keystile_keys::State::Revoked)
    );
}
