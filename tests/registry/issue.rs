//! Issuing: one key a submission, names free of doubt, nothing half made.

use keystile_keys::{EnvironmentId, PlainKey, State, os_random};
use keystile_registry::IssueRequest;

use crate::fixture::{MAIN_WINDOW, TestApp, error_code, issue_request, plain_key};

#[tokio::test]
async fn a_new_key_is_pending_and_its_text_belongs_to_it() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "  ci-writer ").await;
    assert_eq!(prompt.key.name, "ci-writer", "names are trimmed");
    assert_eq!(
        app.key_state(prompt.key.id).await,
        State::Pending,
        "a key opens nothing until it was copied"
    );
    let text = plain_key(&prompt);
    let parsed = PlainKey::parse(&text).expect("the text is a key");
    assert_eq!(parsed.id(), prompt.key.id, "the text names the row");
    assert_eq!(
        parsed.prefix().as_str(),
        "ks_stag",
        "the text begins with the environment's prefix"
    );
    assert_eq!(
        app.registry.list_keys(&environment).await.expect("a list"),
        [],
        "a pending key is never listed"
    );
    assert_eq!(
        app.audit_actions().await,
        ["project.created", "environment.created", "key.issued"],
        "each change has its row"
    );
}

#[tokio::test]
async fn a_submission_sent_twice_makes_one_key() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let first = app.issue_key(environment, "ci").await;
    let again = app.issue_key(environment, "ci").await;
    assert_eq!(again.ticket, first.ticket, "the same prompt is shown again");
    assert_eq!(plain_key(&again), plain_key(&first));
    assert_eq!(app.count_audit("key.issued").await, 1);
}

#[tokio::test]
async fn a_submission_sent_twice_at_once_makes_one_key() {
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
async fn a_submission_shows_nothing_to_another_window_or_another_process() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let request = issue_request(environment, "ci");
    app.registry
        .issue(MAIN_WINDOW, &request)
        .await
        .expect("a key");
    assert_eq!(
        error_code(app.registry.issue("other", &request).await),
        "already_issued"
    );
    let second = app.second_instance().await;
    assert_eq!(
        error_code(second.registry.issue(MAIN_WINDOW, &request).await),
        "already_issued",
        "the plain key is in one process only"
    );
    assert_eq!(app.count_audit("key.issued").await, 1);
}

#[tokio::test]
async fn a_submission_sent_again_after_its_prompt_was_closed_makes_no_key() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    app.active_key(environment, "ci").await;
    let again = app
        .registry
        .issue(MAIN_WINDOW, &issue_request(environment, "ci"))
        .await;
    assert_eq!(error_code(again), "already_issued");
}

#[tokio::test]
async fn a_name_is_taken_without_regard_to_case_while_its_key_lives() {
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
    assert_eq!(error.code(), "name_taken");
    assert_eq!(
        error.field().map(|field| field.name()).as_deref(),
        Some("name"),
        "the message stands at the field"
    );
    app.issue_key(elsewhere, "STRASSE").await;
    app.registry.revoke(key, None).await.expect("revoked");
    app.issue_key(environment, "STRASSE").await;
}

#[tokio::test]
async fn a_pending_key_takes_its_name_too() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let mut twin = issue_request(environment, "CI");
    assert_eq!(
        error_code(app.registry.issue(MAIN_WINDOW, &twin).await),
        "name_taken",
        "the key may be copied at any moment"
    );
    app.registry
        .discard(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("discarded");
    twin.idempotency_key.push('2');
    assert_eq!(
        error_code(app.registry.issue(MAIN_WINDOW, &twin).await),
        "done"
    );
}

#[tokio::test]
async fn what_is_no_name_and_no_environment_makes_no_key() {
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
            error_code(app.registry.issue(MAIN_WINDOW, &request).await),
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
            error_code(app.registry.issue(MAIN_WINDOW, &request).await),
            "bad_request"
        );
    }
    assert_eq!(app.count_audit("key.issued").await, 0);
}

#[tokio::test]
async fn when_the_database_cannot_be_written_there_is_no_key_and_no_prompt() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    app.make_read_only().await;
    let request = issue_request(environment, "ci");
    assert_eq!(
        error_code(app.registry.issue(MAIN_WINDOW, &request).await),
        "database_read_only"
    );
    assert_eq!(
        app.registry.open_prompt(MAIN_WINDOW),
        None,
        "no key leaves before it is stored"
    );
    app.make_writable().await;
    assert_eq!(
        error_code(app.registry.issue(MAIN_WINDOW, &request).await),
        "done",
        "the same form can be sent again"
    );
}

#[tokio::test]
async fn submission_without_an_id_is_refused_with_its_own_sentence() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    for id in [String::new(), "x".repeat(65)] {
        let mut request = crate::fixture::issue_request(environment, "ci");
        request.idempotency_key = id;
        let issued = app
            .registry
            .issue(crate::fixture::MAIN_WINDOW, &request)
            .await;
        let error = issued.err().expect("no id");
        assert_eq!(error.code(), "bad_request");
        assert!(error.to_string().contains("submission"), "{error}");
    }
}

#[tokio::test]
async fn claims_folder_is_private_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt;

    // Each test is a process of its own, so the umask is nobody else's.
    rustix::process::umask(rustix::fs::Mode::empty());
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    app.issue_key(environment, "ci").await;
    let metadata = std::fs::metadata(app.claims_path()).expect("a folder");
    assert_eq!(metadata.permissions().mode() & 0o777, 0o700);
}
