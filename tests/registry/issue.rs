//! Issuing keys: idempotency, unique names, no partial results.

use keystile_keys::{EnvironmentId, PlainKey, State, os_random};
use keystile_registry::IssueRequest;
use keystile_tests::diagnostic::error_code;

use crate::fixture::{MAIN_WINDOW, TestApp, issue_request, plain_key, result_code};

#[tokio::test]
async fn new_key_is_pending_and_text_matches_row() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "  ci-writer ").await;
    assert_eq!(prompt.key.name, "ci-writer", "names are trimmed");
    assert_eq!(
        app.key_state(prompt.key.id).await,
        State::Pending,
        "a key must be inactive until it is copied"
    );
    let text = plain_key(&prompt);
    let parsed = PlainKey::parse(&text).expect("the text is a key");
    assert_eq!(
        parsed.id(),
        prompt.key.id,
        "the text contains the id of the row"
    );
    assert_eq!(
        parsed.prefix().as_str(),
        "ks_staging",
        "the text begins with the environment's prefix"
    );
    assert_eq!(
        app.registry.all_keys(&environment).await.expect("a list"),
        [],
        "a pending key must not be listed"
    );
    assert_eq!(
        app.audit_actions().await,
        ["project.created", "environment.created", "key.issued"],
        "each change must have an audit row"
    );
}

#[tokio::test]
async fn repeated_request_issues_one_key() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let first = app.issue_key(environment, "ci").await;
    let again = app.issue_key(environment, "ci").await;
    assert_eq!(again.ticket, first.ticket, "the same prompt is shown again");
    assert_eq!(plain_key(&again), plain_key(&first));
    assert_eq!(app.count_audit("key.issued").await, 1);
}

#[tokio::test]
async fn concurrent_repeated_requests_issue_one_key() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let request = issue_request(environment, "ci");
    let (one, other) = tokio::join!(
        app.registry.issue(MAIN_WINDOW, &request),
        app.registry.issue(MAIN_WINDOW, &request)
    );
    let (one, other) = (one.expect("a prompt"), other.expect("the same prompt"));
    assert_eq!(one.ticket, other.ticket);
    assert_eq!(app.count_audit("key.issued").await, 1);
}

#[tokio::test]
async fn repeated_request_from_another_window_or_process_is_rejected() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let request = issue_request(environment, "ci");
    app.registry
        .issue(MAIN_WINDOW, &request)
        .await
        .expect("a key");
    assert_eq!(
        result_code(app.registry.issue("other", &request).await),
        "already_issued"
    );
    let second = app.second_instance().await;
    assert_eq!(
        result_code(second.registry.issue(MAIN_WINDOW, &request).await),
        "already_issued",
        "the plain key is in one process only"
    );
    assert_eq!(app.count_audit("key.issued").await, 1);
}

#[tokio::test]
async fn repeated_request_after_close_is_rejected() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    app.active_key(environment, "ci").await;
    let again = app
        .registry
        .issue(MAIN_WINDOW, &issue_request(environment, "ci"))
        .await;
    assert_eq!(result_code(again), "already_issued");
}

#[tokio::test]
async fn key_name_is_unique_ignoring_case_until_revoked() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let elsewhere = app
        .create_environment("dev", keystile_keys::Stage::Development)
        .await;
    let key = app.active_key(environment, "Straße").await;
    let error = app
        .registry
        .issue(MAIN_WINDOW, &issue_request(environment, "STRASSE"))
        .await
        .err()
        .expect("the name is taken");
    assert_eq!(error_code(&error), "name_taken");
    assert_eq!(
        error.field().map(|field| field.name()).as_deref(),
        Some("name"),
        "the error must name the field"
    );
    app.issue_key(elsewhere, "STRASSE").await;
    app.registry.revoke(key, None).await.expect("revoked");
    app.issue_key(environment, "STRASSE").await;
}

#[tokio::test]
async fn pending_key_reserves_its_name() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let mut twin = issue_request(environment, "CI");
    assert_eq!(
        result_code(app.registry.issue(MAIN_WINDOW, &twin).await),
        "name_taken",
        "a pending key may still be copied"
    );
    app.registry
        .discard(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("discarded");
    twin.idempotency_key.push('2');
    assert_eq!(
        result_code(app.registry.issue(MAIN_WINDOW, &twin).await),
        "done"
    );
}

#[tokio::test]
async fn invalid_request_issues_no_key() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let nowhere = EnvironmentId::generate(&mut os_random()).expect("an id");
    let long = "x".repeat(81);
    for (name, environment, expected) in [
        ("   ", environment, "name_empty"),
        (long.as_str(), environment, "name_too_long"),
        ("a\u{202e}b", environment, "name_characters"),
        ("ci", nowhere, "not_found"),
    ] {
        let request = issue_request(environment, name);
        assert_eq!(
            result_code(app.registry.issue(MAIN_WINDOW, &request).await),
            expected,
            "{name:?}"
        );
    }
    for idempotency_key in [String::new(), "x".repeat(65)] {
        let request = IssueRequest {
            idempotency_key,
            ..issue_request(environment, "ci")
        };
        assert_eq!(
            result_code(app.registry.issue(MAIN_WINDOW, &request).await),
            "invalid_idempotency_key"
        );
    }
    assert_eq!(app.count_audit("key.issued").await, 0);
}

#[tokio::test]
async fn read_only_database_issues_no_key_and_opens_no_prompt() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    app.make_read_only().await;
    let request = issue_request(environment, "ci");
    assert_eq!(
        result_code(app.registry.issue(MAIN_WINDOW, &request).await),
        app.read_only_code()
    );
    assert_eq!(
        app.registry.open_prompt(MAIN_WINDOW),
        None,
        "no prompt may open before the key is stored"
    );
    app.make_writable().await;
    assert_eq!(
        result_code(app.registry.issue(MAIN_WINDOW, &request).await),
        "done",
        "the same form can be sent again"
    );
}

#[tokio::test]
async fn invalid_idempotency_key_has_its_own_message() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    for id in [String::new(), "x".repeat(65), "a\0".to_owned()] {
        let mut request = crate::fixture::issue_request(environment, "ci");
        request.idempotency_key = id;
        let issued = app
            .registry
            .issue(crate::fixture::MAIN_WINDOW, &request)
            .await;
        let error = issued.err().expect("no id");
        assert_eq!(error_code(&error), "invalid_idempotency_key");
        assert!(error.to_string().contains("idempotency key"), "{error}");
    }
}
