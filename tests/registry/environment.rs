//! Creating, editing, and previewing environments.

use keystile_keys::{ProjectId, Stage};
use keystile_registry::EnvironmentInput;
use keystile_tests::diagnostic::error_code;

use crate::fixture::{TestApp, environment_input, result_code};

async fn project(app: &TestApp) -> ProjectId {
    let created = app.registry.create_project("Acme Shop", None).await;
    created.expect("a project").project.id
}

#[tokio::test]
async fn prefix_is_derived_from_name_and_numbered_when_taken() {
    let app = TestApp::new().await;
    let project = project(&app).await;
    for (name, expected) in [
        ("staging", "ks_staging"),
        ("stage", "ks_staging2"),
        ("テスト", "ks_staging3"),
        ("anna-1", "ks_anna"),
        ("Anna 2", "ks_anna2"),
    ] {
        let preview = app
            .registry
            .preview_environment(name, Some(Stage::Staging), None, None)
            .await
            .expect("a preview");
        assert_eq!(
            preview.prefix, expected,
            "{name}: the preview must match the result"
        );
        assert!(preview.example.starts_with(&format!("{expected}_")));
        let created = app
            .registry
            .create_environment(&project, &environment_input(name, Stage::Staging))
            .await
            .expect("an environment");
        assert_eq!(created.prefix.as_str(), expected, "{name}");
    }
}

#[tokio::test]
async fn prefix_is_unique_in_database() {
    let app = TestApp::new().await;
    app.staging_environment().await;
    let project = project(&app).await;
    let wanted = EnvironmentInput {
        prefix: Some("ks_staging".to_owned()),
        ..environment_input("other", Stage::Staging)
    };
    let error = app
        .registry
        .create_environment(&project, &wanted)
        .await
        .expect_err("another project has it");
    assert_eq!(error_code(&error), "prefix_taken");
    assert_eq!(
        error.field().map(|field| field.name()).as_deref(),
        Some("prefix")
    );
    let preview = app
        .registry
        .preview_environment("other", None, Some("ks_staging"), None)
        .await
        .expect("a preview");
    let problem = preview.problem.expect("the preview reports the problem");
    assert_eq!(error_code(&problem), "prefix_taken");
}

#[tokio::test]
async fn prefix_is_fixed_after_first_key() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let edit = async |prefix: Option<&str>| {
        let wanted = EnvironmentInput {
            prefix: prefix.map(str::to_owned),
            ..environment_input("staging", Stage::Staging)
        };
        app.registry.edit_environment(&environment, &wanted).await
    };
    assert_eq!(result_code(edit(Some("acme")).await), "done");
    let prompt = app.issue_key(environment, "ci").await;
    assert_eq!(prompt.key.prefix, "acme");
    app.registry
        .discard(crate::fixture::MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("discarded");
    assert_eq!(
        result_code(edit(Some("other")).await),
        "prefix_fixed",
        "an issued key may carry the prefix"
    );
    assert_eq!(
        result_code(edit(Some("acme")).await),
        "done",
        "the same prefix is not a change"
    );
    assert_eq!(result_code(edit(None).await), "done");
    assert_eq!(
        app.count_audit("environment.edited").await,
        1,
        "nothing to record"
    );
}

#[tokio::test]
async fn environment_name_is_unique_in_project() {
    let app = TestApp::new().await;
    let one = project(&app).await;
    let created = app.registry.create_project("Other", None).await;
    let other = created.expect("a project").project.id;
    let create = async |project, name| {
        let fields = environment_input(name, Stage::Staging);
        result_code(app.registry.create_environment(project, &fields).await)
    };
    assert_eq!(create(&one, "Staging").await, "done");
    assert_eq!(create(&one, "STAGING").await, "name_taken");
    assert_eq!(create(&other, "staging").await, "done");
}

#[tokio::test]
async fn endpoint_must_be_a_base_url() {
    let app = TestApp::new().await;
    let project = project(&app).await;
    for (number, (endpoint, expected)) in [
        ("http://localhost:8000/", Ok("http://localhost:8000")),
        (
            " https://api.example.com/v1 ",
            Ok("https://api.example.com/v1"),
        ),
        ("ftp://example.com", Err("invalid_endpoint")),
        ("https://user:word@example.com", Err("invalid_endpoint")),
        ("https://example.com/?key=1", Err("invalid_endpoint")),
        ("localhost:8000", Err("invalid_endpoint")),
        ("nonsense", Err("invalid_endpoint")),
    ]
    .into_iter()
    .enumerate()
    {
        let wanted = EnvironmentInput {
            endpoint: Some(endpoint.to_owned()),
            ..environment_input(&format!("environment {number}"), Stage::Staging)
        };
        let created = app.registry.create_environment(&project, &wanted).await;
        let found = created
            .map(|row| row.endpoint.unwrap_or_default())
            .map_err(|error| error_code(&error));
        assert_eq!(
            found,
            expected.map(str::to_owned).map_err(str::to_owned),
            "{endpoint}"
        );
    }
}
