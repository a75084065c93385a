//! Closing: only after copying, and for good.

use crate::fixture::{MAIN_WINDOW, TestApp, error_code};

#[tokio::test]
async fn close_is_refused_until_the_key_was_copied() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let before = app.audit_actions().await;
    assert_eq!(
        error_code(app.registry.close(MAIN_WINDOW, &prompt.ticket).await),
        "not_copied",
        "whatever the window asks"
    );
    app.registry
        .save(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("saved");
    assert_eq!(
        error_code(app.registry.close(MAIN_WINDOW, &prompt.ticket).await),
        "not_copied",
        "the keychain is no copy"
    );
    assert_eq!(app.audit_actions().await.len(), before.len() + 2);
    app.copy_key(&prompt).await;
    let closed = app
        .registry
        .close(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("copied, so it can be closed");
    assert_eq!(
        closed.environment_id, environment,
        "where the window goes next"
    );
    assert_eq!(app.count_audit("key.closed").await, 1);
}

#[tokio::test]
async fn a_copied_keys_prompt_closes_even_when_the_database_fails_and_is_named_afterwards() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.copy_key(&prompt).await;
    app.make_read_only().await;
    app.close_prompt(&prompt).await;
    assert_eq!(
        app.registry.open_prompt(MAIN_WINDOW),
        None,
        "the user has the key; a broken disk must not keep the prompt on screen for ever"
    );
    app.make_writable().await;
    let notices = app.registry.list_notices().await.expect("notices");
    assert_eq!(
        notices.len(),
        1,
        "what could not be stored is told, so that the key can be revoked if nobody has it"
    );
}

#[tokio::test]
async fn a_prompt_that_was_never_copied_stays_open_when_the_database_fails() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.make_read_only().await;
    assert_eq!(
        error_code(app.registry.close(MAIN_WINDOW, &prompt.ticket).await),
        "database_read_only"
    );
    assert_eq!(
        app.registry.open_prompt(MAIN_WINDOW),
        Some(prompt.ticket.clone()),
        "the key is still on screen"
    );
    assert_eq!(
        app.registry.uncopied_prompt(MAIN_WINDOW).await,
        Some(prompt.ticket.clone()),
        "quitting is still refused"
    );
}
