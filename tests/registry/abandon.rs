//! Abandoning a key: one that was not copied is revoked, and no other.

use keystile_keys::State;

use crate::fixture::{MAIN_WINDOW, TestApp, result_code};

#[tokio::test]
async fn abandoned_key_is_revoked_unless_it_was_copied() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    for (name, is_copied, state) in [
        ("copied", true, State::Active),
        ("uncopied", false, State::Unclaimed),
    ] {
        let prompt = app.issue_key(environment, name).await;
        if is_copied {
            app.copy_key(&prompt).await;
        }
        let abandoned = app.registry.abandon(MAIN_WINDOW, &prompt.ticket).await;
        abandoned.expect("abandoned");
        assert_eq!(app.key_state(prompt.key.id).await, state, "{name}");
        let again = app.registry.abandon(MAIN_WINDOW, &prompt.ticket).await;
        assert_eq!(result_code(again), "unknown_ticket");
        let copied = app.registry.copy(MAIN_WINDOW, &prompt.ticket).await;
        assert_eq!(result_code(copied.map(|_| ())), "unknown_ticket");
    }
    let notices = app.registry.list_notices().await.expect("notices");
    assert_eq!(notices, [], "the client that requested the key knows");
    app.audit_actions().await;
}

#[tokio::test]
async fn abandoned_key_is_revoked_by_the_next_sweep_if_the_database_fails() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.make_read_only().await;
    let abandoned = app.registry.abandon(MAIN_WINDOW, &prompt.ticket).await;
    assert_ne!(result_code(abandoned), "done");
    app.make_writable().await;
    app.registry.sweep().await.expect("a sweep");
    assert_eq!(app.key_state(prompt.key.id).await, State::Unclaimed);
}
