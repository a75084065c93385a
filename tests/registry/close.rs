//! Closing a prompt: only after copying.

use crate::fixture::{MAIN_WINDOW, TestApp, result_code};

#[tokio::test]
async fn close_before_copy_is_rejected() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let before = app.audit_actions().await;
    assert_eq!(
        result_code(app.registry.close(MAIN_WINDOW, &prompt.ticket).await),
        "not_copied",
        "the registry must enforce this, not the window"
    );
    app.registry
        .save(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("saved");
    assert_eq!(
        result_code(app.registry.close(MAIN_WINDOW, &prompt.ticket).await),
        "not_copied",
        "saving to the keychain is not copying"
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
        "the window navigates to this environment"
    );
    assert_eq!(app.count_audit("key.closed").await, 1);
}

#[tokio::test]
async fn close_after_copy_succeeds_without_database_and_leaves_a_notice() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.copy_key(&prompt).await;
    app.make_read_only().await;
    app.close_prompt(&prompt).await;
    assert_eq!(
        app.registry.open_prompt(MAIN_WINDOW),
        None,
        "the user has the key, so a broken disk must not keep the prompt open"
    );
    app.make_writable().await;
    let notices = app.registry.list_notices().await.expect("notices");
    assert_eq!(
        notices.len(),
        1,
        "the notice lets the user revoke a key that was not saved"
    );
}

#[tokio::test]
async fn uncopied_prompt_stays_open_when_database_fails() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.make_read_only().await;
    assert_eq!(
        result_code(app.registry.close(MAIN_WINDOW, &prompt.ticket).await),
        app.read_only_code()
    );
    assert_eq!(
        app.registry.open_prompt(MAIN_WINDOW),
        Some(prompt.ticket.clone()),
        "the key is still on screen"
    );
    assert_eq!(
        app.registry.uncopied_prompt(MAIN_WINDOW).await,
        Some(prompt.ticket.clone()),
        "quitting must stay blocked"
    );
}
