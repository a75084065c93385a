//! Copying from the keychain: only the saved key, with the same clipboard rules as in the prompt.

use keystile_keys::{KeyId, PlainKey, Prefix, os_random};

use crate::fixture::{MAIN_WINDOW, TestApp, plain_key, result_code};
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
async fn saved_key_is_copied_and_cleared() {
    let app = TestApp::new().await;
    let (key, text) = saved_and_closed(&app).await;
    let before = app.audit_actions().await;
    app.registry.copy_from_keychain(key).await.expect("copied");
    assert_eq!(app.clipboard.text(), Some(text));
    assert_eq!(
        app.audit_actions().await,
        before,
        "copying again must not claim again"
    );
    let hold = app.registry.clipboard_state().expect("the key is tracked");
    assert!(hold.remaining.is_some(), "the countdown starts immediately");
    app.registry.clear_clipboard().await.expect("cleared");
    assert_eq!(app.clipboard.text(), None);
}

#[tokio::test]
async fn entry_overwritten_by_another_program_is_not_copied() {
    let app = TestApp::new().await;
    let (key, _) = saved_and_closed(&app).await;
    let prefix = Prefix::parse("ks_staging").expect("a prefix");
    let other = PlainKey::generate(&prefix, &mut os_random()).expect("a key");
    for text in ["hello", "", other.expose()] {
        app.credentials.overwrite_all(text);
        assert_eq!(
            result_code(app.registry.copy_from_keychain(key).await),
            "keychain_no_entry"
        );
        assert_eq!(
            app.clipboard.text().as_deref(),
            Some("something else"),
            "the clipboard must be unchanged"
        );
    }
}

#[tokio::test]
async fn missing_entry_clears_keychain_mark() {
    let app = TestApp::new().await;
    let (key, _) = saved_and_closed(&app).await;
    app.credentials.empty();
    for _ in 0..2 {
        assert_eq!(
            result_code(app.registry.copy_from_keychain(key).await),
            "keychain_no_entry"
        );
        assert_eq!(
            app.key_row(key).await.keychain,
            None,
            "the key must no longer be marked as saved"
        );
    }
}

#[tokio::test]
async fn locked_keychain_has_its_own_error_and_works_when_unlocked() {
    let app = TestApp::new().await;
    let (key, _) = saved_and_closed(&app).await;
    app.credentials.set_fault(Fault::Locked);
    assert_eq!(
        result_code(app.registry.copy_from_keychain(key).await),
        "keychain_locked"
    );
    app.credentials.set_fault(Fault::None);
    assert_eq!(
        result_code(app.registry.copy_from_keychain(key).await),
        "done"
    );
}

#[tokio::test]
async fn copy_from_keychain_requires_an_active_saved_key() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let pending = app.issue_key(environment, "pending").await;
    app.registry
        .save(MAIN_WINDOW, &pending.ticket)
        .await
        .expect("saved");
    let unsaved = app.active_key(environment, "unsaved").await;
    let unknown = KeyId::generate(&mut os_random()).expect("an id");
    for (key, expected) in [
        (pending.key.id, "invalid_key_state"),
        (unsaved, "keychain_no_entry"),
        (unknown, "not_found"),
    ] {
        assert_eq!(
            result_code(app.registry.copy_from_keychain(key).await),
            expected
        );
    }
    assert_eq!(app.clipboard.writes(), 1);
}
