//! Creating, editing, and previewing environments.

use keystile_keys::{ProjectId, Stage};
use keystile_registry::{EnvironmentChanges, EnvironmentInput};
use keystile_tests::diagnostic::error_code;

use crate::fixture::{MAIN_WINDOW, TestApp, environment_input, issue_request, result_code};

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
        let changes = EnvironmentChanges {
            prefix: prefix.map(str::to_owned),
            ..EnvironmentChanges::default()
        };
        app.registry.edit_environment(&environment, &changes).await
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
async fn name_that_looks_like_another_one_is_taken() {
    let app = TestApp::new().await;
    let one = project(&app).await;
    let project_copy = app.registry.create_project("Acme Sh\u{43E}p", None).await;
    let error = project_copy.expect_err("it looks like Acme Shop");
    assert_eq!(error_code(&error), "name_taken");
    assert_eq!(
        error.to_string(),
        "A project named “Acme Shop” already exists, which looks the same."
    );
    let created = app.registry.create_project("Other", None).await;
    let other = created.expect("a project").project.id;
    let renamed = app.registry.rename_project(&other, "ACME SH\u{41E}P").await;
    assert_eq!(result_code(renamed), "name_taken", "without regard to case");
    let create = async |project, name| {
        let fields = environment_input(name, Stage::Staging);
        app.registry.create_environment(project, &fields).await
    };
    let staging = create(&one, "staging").await.expect("an environment");
    let cyrillic = "st\u{430}ging";
    assert_eq!(result_code(create(&one, cyrillic).await), "name_taken");
    assert_eq!(
        result_code(create(&other, cyrillic).await),
        "done",
        "names are compared within a project"
    );
    app.active_key(staging.id, "modern").await;
    for (name, code) in [("m\u{43E}dern", "name_taken"), ("modem", "done")] {
        let similar = issue_request(staging.id, name);
        let issued = app.registry.issue(MAIN_WINDOW, &similar).await;
        assert_eq!(
            result_code(issued),
            code,
            "{name}: ASCII names are distinguished by their letters"
        );
    }
}

#[tokio::test]
async fn existing_environment_that_looks_like_another_one_stays_usable() {
    let app = TestApp::new().await;
    let project = project(&app).await;
    let create = async |name| {
        let fields = environment_input(name, Stage::Staging);
        let created = app.registry.create_environment(&project, &fields).await;
        created.expect("an environment").id
    };
    create("staging").await;
    let copy = create("copy").await;
    let cyrillic = "st\u{430}ging";
    // A pair as an earlier version stored it.
    app.run_sql(&format!(
        "UPDATE environments SET name = '{cyrillic}', folded_name = '{cyrillic}' WHERE id = '{copy}'"
    ))
    .await;
    let edit = async |name: &str| {
        let changes = EnvironmentChanges {
            name: Some(name.to_owned()),
            endpoint: Some(Some("http://localhost:8000".to_owned())),
            ..EnvironmentChanges::default()
        };
        result_code(app.registry.edit_environment(&copy, &changes).await)
    };
    assert_eq!(edit(cyrillic).await, "done", "its name does not change");
    assert_eq!(edit("st\u{430}ging ").await, "done", "nor does it here");
    assert_eq!(
        edit("ST\u{410}GING").await,
        "name_taken",
        "a changed name must not look like the other one"
    );
    assert_eq!(edit("copy").await, "done");
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
