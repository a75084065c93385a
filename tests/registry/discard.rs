//! Discarding a key: it always works and leaves no usable key.

use std::time::Duration;

use keystile_keys::State;

use crate::fixture::{MAIN_WINDOW, TestApp, result_code};
use crate::memory_clipboard::Fault;

#[tokio::test]
async fn discard_ends_copied_and_uncopied_key() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    for is_copied in [false, true] {
        let prompt = app.issue_key(environment, &format!("{is_copied}")).await;
        if is_copied {
            app.copy_key(&prompt).await;
        }
        app.registry
            .discard(MAIN_WINDOW, &prompt.ticket)
            .await
            .expect("discarded");
        assert_eq!(app.key_state(prompt.key.id).await, State::Discarded);
        assert_eq!(app.registry.open_prompt(MAIN_WINDOW), None);
        assert_eq!(
            app.clipboard.text(),
            None,
            "an ended key must not stay in the clipboard"
        );
        assert_eq!(
            result_code(app.registry.discard(MAIN_WINDOW, &prompt.ticket).await),
            "unknown_ticket"
        );
    }
    assert_eq!(app.count_audit("key.discarded").await, 2);
    assert_eq!(
        app.registry.list_notices().await.expect("notices"),
        [],
        "the user's own discard needs no notice"
    );
}

#[tokio::test]
async fn discard_of_uncopied_key_succeeds_without_database_and_sweep_revokes_it() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.make_read_only().await;
    app.registry
        .discard(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("discard must work without the database");
    assert_eq!(
        app.registry.open_prompt(MAIN_WINDOW),
        None,
        "the plain key is gone"
    );
    assert_eq!(app.key_state(prompt.key.id).await, State::Pending);
    tokio::time::timeout(Duration::from_secs(1), app.registry.sweep_requested())
        .await
        .expect("a sweep must be requested");
    app.make_writable().await;
    let swept = app.registry.sweep().await.expect("a sweep");
    assert_eq!(swept.len(), 1);
    assert_eq!(app.key_state(prompt.key.id).await, State::Unclaimed);
}

#[tokio::test]
async fn discard_of_copied_key_fails_without_database() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.copy_key(&prompt).await;
    app.registry.clear_clipboard().await.expect("cleared");
    app.make_read_only().await;
    assert_eq!(
        result_code(app.registry.discard(MAIN_WINDOW, &prompt.ticket).await),
        app.read_only_code(),
        "the copied key may be in use"
    );
    assert_eq!(
        app.registry.open_prompt(MAIN_WINDOW),
        Some(prompt.ticket.clone())
    );
    app.make_writable().await;
    assert_eq!(app.key_state(prompt.key.id).await, State::Active);
    app.registry
        .discard(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("discarded");
    assert_eq!(app.key_state(prompt.key.id).await, State::Discarded);
}

#[tokio::test]
async fn discard_succeeds_when_clipboard_fails() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.copy_key(&prompt).await;
    app.clipboard.set_fault(Fault::Denied);
    app.registry
        .discard(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("discarded");
    assert_eq!(app.key_state(prompt.key.id).await, State::Discarded);
    assert!(
        app.registry.clipboard_state().is_some(),
        "the key must stay tracked"
    );
}

#[tokio::test]
async fn prompt_of_revoked_key_can_be_discarded() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.registry
        .revoke(prompt.key.id, None)
        .await
        .expect("revoked");
    app.registry
        .discard(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("only the prompt remains to be closed");
    assert_eq!(app.key_state(prompt.key.id).await, State::Revoked);
    assert_eq!(app.count_audit("key.discarded").await, 0);
}
