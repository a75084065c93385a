//! Copying from the keychain: this very key, never shown, by the same rules of the clipboard.

use keystile_keys::{KeyId, PlainKey, Prefix, os_random};

use crate::fixture::{MAIN_WINDOW, TestApp, error_code, plain_key};
use crate::memory_credential_store::Fault;

async fn saved_and_closed(app: &TestApp) -> (KeyId, String) {
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.registry
        .save(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("saved");
    app.copy_key(&prompt).await;
    app.close_prompt(&prompt).await;
    app.clipboard.put("something else");
    (prompt.key.id, plain_key(&prompt))
}

#[tokio::test]
async fn a_saved_key_is_copied_again_and_cleared_again() {
    let app = TestApp::new().await;
    let (key, text) = saved_and_closed(&app).await;
    let before = app.audit_actions().await;
    app.registry.copy_from_keychain(key).await.expect("copied");
    assert_eq!(app.clipboard.text(), Some(text));
    assert_eq!(app.audit_actions().await, before, "it is no second claim");
    let hold = app.registry.clipboard_state().expect("it is held");
    assert!(hold.remaining.is_some(), "the countdown runs at once");
    app.registry.clear_clipboard().await.expect("cleared");
    assert_eq!(app.clipboard.text(), None);
}

#[tokio::test]
async fn what_another_program_wrote_there_is_not_copied_under_the_keys_name() {
    let app = TestApp::new().await;
    let (key, _) = saved_and_closed(&app).await;
    let prefix = Prefix::parse("ks_stag").expect("a prefix");
    let other = PlainKey::generate(&prefix, &mut os_random()).expect("a key");
    for text in ["hello", "", other.expose()] {
        app.credentials.overwrite_all(text);
        assert_eq!(
            error_code(app.registry.copy_from_keychain(key).await),
            "keychain_no_entry"
        );
        assert_eq!(
            app.clipboard.text().as_deref(),
            Some("something else"),
            "the clipboard is left alone"
        );
    }
}

#[tokio::test]
async fn an_entry_that_is_gone_is_forgotten() {
    let app = TestApp::new().await;
    let (key, _) = saved_and_closed(&app).await;
    app.credentials.empty();
    for _ in 0..2 {
        assert_eq!(
            error_code(app.registry.copy_from_keychain(key).await),
            "keychain_no_entry"
        );
        assert_eq!(app.key_row(key).await.keychain, None, "the mark goes");
    }
}

#[tokio::test]
async fn a_locked_keychain_is_told_apart_and_works_when_unlocked() {
    let app = TestApp::new().await;
    let (key, _) = saved_and_closed(&app).await;
    app.credentials.set_fault(Fault::Locked);
    assert_eq!(
        error_code(app.registry.copy_from_keychain(key).await),
        "keychain_locked"
    );
    app.credentials.set_fault(Fault::None);
    assert_eq!(
        error_code(app.registry.copy_from_keychain(key).await),
        "done"
    );
}

#[tokio::test]
async fn only_active_keys_that_are_saved_are_copied() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let pending = app.issue_key(environment, "pending").await;
    app.registry
        .save(MAIN_WINDOW, &pending.ticket)
        .await
        .expect("saved");
    let unsaved = app.active_key(environment, "unsaved").await;
    let nobody = KeyId::generate(&mut os_random()).expect("an id");
    for (key, expected) in [
        (pending.key.id, "key_ended"),
        (unsaved, "keychain_no_entry"),
        (nobody, "not_found"),
    ] {
        assert_eq!(
            error_code(app.registry.copy_from_keychain(key).await),
            expected
        );
    }
    assert_eq!(app.clipboard.writes(), 1);
}
