//! Discarding: the way out that always works and leaves no living key.

use std::time::Duration;

use keystile_keys::State;

use crate::fixture::{MAIN_WINDOW, TestApp, error_code};
use crate::memory_clipboard::Fault;

#[tokio::test]
async fn a_discarded_key_is_dead_whether_it_was_copied_or_not() {
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
        assert_eq!(app.clipboard.text(), None, "a dead key is of no use there");
        assert_eq!(
            error_code(app.registry.discard(MAIN_WINDOW, &prompt.ticket).await),
            "no_ticket"
        );
    }
    assert_eq!(app.count_audit("key.discarded").await, 2);
    assert_eq!(
        app.registry.list_notices().await.expect("notices"),
        [],
        "the user did it and need not be told"
    );
}

#[tokio::test]
async fn an_uncopied_key_is_let_go_even_when_the_database_fails_and_is_revoked_later() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.make_read_only().await;
    app.registry
        .discard(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("the way out works when nothing else does");
    assert_eq!(
        app.registry.open_prompt(MAIN_WINDOW),
        None,
        "the plain key is gone"
    );
    assert_eq!(app.key_state(prompt.key.id).await, State::Pending);
    tokio::time::timeout(Duration::from_secs(1), app.registry.sweep_wanted())
        .await
        .expect("a sweep is asked for");
    app.make_writable().await;
    let swept = app.registry.sweep().await.expect("a sweep");
    assert_eq!(swept.len(), 1);
    assert_eq!(app.key_state(prompt.key.id).await, State::Unclaimed);
}

#[tokio::test]
async fn a_copied_key_is_not_let_go_when_the_database_fails() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.copy_key(&prompt).await;
    app.registry.clear_clipboard().await.expect("cleared");
    app.make_read_only().await;
    assert_eq!(
        error_code(app.registry.discard(MAIN_WINDOW, &prompt.ticket).await),
        "database_read_only",
        "it may be in use, whatever the clipboard holds by now"
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
async fn a_clipboard_that_refuses_does_not_keep_a_key_alive() {
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
        "it is still known to be there"
    );
}

#[tokio::test]
async fn the_prompt_of_a_key_that_was_revoked_elsewhere_can_be_discarded() {
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
        .expect("only the prompt is left to end");
    assert_eq!(app.key_state(prompt.key.id).await, State::Revoked);
    assert_eq!(app.count_audit("key.discarded").await, 0);
}
