//! Removing keychain entries: on request, and when their key ends.

use keystile_keys::State;
use keystile_store::KeychainEntryState;

use crate::fixture::{MAIN_WINDOW, TestApp, result_code};
use crate::memory_credential_store::Fault;

async fn saved(app: &TestApp, name: &str) -> keystile_registry::Prompt {
    let environment = app
        .create_environment(name, keystile_keys::Stage::Staging)
        .await;
    let prompt = app.issue_key(environment, name).await;
    app.registry
        .save(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("saved");
    prompt
}

#[tokio::test]
async fn removed_entry_keeps_key_active() {
    let app = TestApp::new().await;
    let prompt = saved(&app, "ci").await;
    app.copy_key(&prompt).await;
    app.close_prompt(&prompt).await;
    let key = prompt.key.id;
    app.credentials.set_fault(Fault::Locked);
    assert_eq!(
        result_code(app.registry.remove_from_keychain(key).await),
        "keychain_locked"
    );
    assert_eq!(
        app.key_row(key).await.keychain,
        Some(KeychainEntryState::Saved),
        "it is still there"
    );
    app.credentials.set_fault(Fault::None);
    app.registry
        .remove_from_keychain(key)
        .await
        .expect("removed");
    assert_eq!(app.credentials.entries(), []);
    assert_eq!(app.key_row(key).await.keychain, None);
    assert_eq!(app.key_state(key).await, State::Active);
    assert_eq!(
        result_code(app.registry.remove_from_keychain(key).await),
        "keychain_no_entry"
    );
}

#[tokio::test]
async fn ending_key_removes_its_entry() {
    let app = TestApp::new().await;
    let discarded = saved(&app, "discarded").await;
    let revoked = saved(&app, "revoked").await;
    let deleted = saved(&app, "deleted").await;
    app.registry
        .discard(MAIN_WINDOW, &discarded.ticket)
        .await
        .expect("discarded");
    app.registry
        .revoke(revoked.key.id, None)
        .await
        .expect("revoked");
    app.registry
        .delete_environment(&deleted.key.environment_id, Some("deleted"))
        .await
        .expect("deleted");
    app.registry.sweep_requested().await;
    app.registry.sweep_keychain().await.expect("a sweep");
    assert_eq!(app.credentials.entries(), []);
    assert_eq!(app.count_audit("keychain.removed").await, 3);
}

#[tokio::test]
async fn removal_waits_while_keychain_is_locked() {
    let app = TestApp::new().await;
    let prompt = saved(&app, "ci").await;
    app.credentials.set_fault(Fault::Locked);
    app.registry
        .discard(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("a locked keychain must not block revoking");
    app.registry
        .sweep_keychain()
        .await
        .expect("a locked keychain is not a failure of the sweep");
    assert_eq!(app.credentials.entries().len(), 1);
    assert_eq!(
        app.key_row(prompt.key.id).await.keychain,
        Some(KeychainEntryState::Removing),
        "the row must stay"
    );
    app.credentials.set_fault(Fault::None);
    app.registry.sweep_keychain().await.expect("a sweep");
    assert_eq!(app.credentials.entries(), []);
    assert_eq!(app.key_row(prompt.key.id).await.keychain, None);
}

#[tokio::test]
async fn entry_of_unclaimed_key_is_removed_by_another_process() {
    let app = TestApp::new().await;
    let key = saved(&app, "ci").await.key.id;
    let second = app.restart_after_crash().await;
    second.registry.sweep().await.expect("a sweep");
    second.registry.sweep_keychain().await.expect("a sweep");
    assert_eq!(second.key_state(key).await, State::Unclaimed);
    assert_eq!(second.credentials.entries(), [], "no orphan");
    assert_eq!(second.key_row(key).await.keychain, None);
}
