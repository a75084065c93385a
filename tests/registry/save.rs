//! Saving to the keychain: no entry without a row, and no row that outlives its entry.

use keystile_keys::State;
use keystile_store::KeychainEntryState;
use keystile_tests::diagnostic::{error_code, error_help};

use crate::fixture::{MAIN_WINDOW, TestApp, plain_key, result_code};
use crate::memory_credential_store::Fault;

#[tokio::test]
async fn save_writes_the_keys_entry_and_does_not_claim() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let saved = app
        .registry
        .save(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("saved");
    assert!(saved.saved);
    let address = (format!("keystile/{environment}"), prompt.key.id.to_string());
    assert_eq!(app.credentials.entries(), [(address, plain_key(&prompt))]);
    assert_eq!(
        app.key_state(prompt.key.id).await,
        State::Pending,
        "Close stays disabled until the key was copied"
    );
    let before = app.audit_actions().await;
    app.registry
        .save(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("saved already");
    assert_eq!(
        app.audit_actions().await,
        before,
        "a second save changes nothing"
    );
}

#[tokio::test]
async fn row_is_committed_before_keychain_call() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let temp = app.temp().clone();
    app.credentials.probe_writes(move || {
        // Another program looks, on a thread without a runtime.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let mut connection = temp.foreign_connection().await;
            let saving = "SELECT count(*) FROM keychain_entries WHERE state = 'saving'";
            connection.fetch_number(saving).await == 1
        })
    });
    app.registry
        .save(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("saved");
    assert_eq!(
        app.credentials.probed(),
        [true],
        "a crash must leave a row without an entry, never the reverse"
    );
}

#[tokio::test]
async fn save_with_known_failure_leaves_no_row() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    for (fault, expected) in [
        (Fault::Absent, "keychain_unavailable"),
        (Fault::Locked, "keychain_locked"),
        (Fault::Denied, "keychain_access_denied"),
        (Fault::TooLong, "keychain_too_long"),
    ] {
        app.credentials.set_fault(fault);
        let error = app
            .registry
            .save(MAIN_WINDOW, &prompt.ticket)
            .await
            .err()
            .expect("not saved");
        assert_eq!(error_code(&error), expected);
        assert!(
            error_help(&error).ends_with('.'),
            "{expected} must have advice"
        );
        assert_eq!(
            app.key_row(prompt.key.id).await.keychain,
            None,
            "{expected}: nothing was written, so no row may remain"
        );
    }
    app.credentials.set_fault(Fault::None);
    let saved = app.registry.save(MAIN_WINDOW, &prompt.ticket).await;
    assert_eq!(
        result_code(saved),
        "done",
        "a failed attempt must leave no row"
    );
}

#[tokio::test]
async fn sweep_resolves_save_with_unknown_result() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.credentials.set_fault(Fault::PlatformFailure);
    assert_eq!(
        result_code(app.registry.save(MAIN_WINDOW, &prompt.ticket).await),
        "keychain_failed"
    );
    assert_eq!(
        app.key_row(prompt.key.id).await.keychain,
        Some(KeychainEntryState::Saving),
        "the entry may have been written"
    );
    app.credentials.set_fault(Fault::None);
    app.registry.sweep_keychain().await.expect("a sweep");
    assert_eq!(app.key_row(prompt.key.id).await.keychain, None);
}

#[tokio::test]
async fn failed_save_keeps_row_of_earlier_attempt() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.credentials.set_fault(Fault::Hang);
    assert_eq!(
        result_code(app.registry.save(MAIN_WINDOW, &prompt.ticket).await),
        "keychain_timeout"
    );
    app.credentials.set_fault(Fault::None);
    while app.credentials.entries().is_empty() {
        tokio::task::yield_now().await;
    }
    app.credentials.set_fault(Fault::Locked);
    assert_eq!(
        result_code(app.registry.save(MAIN_WINDOW, &prompt.ticket).await),
        "keychain_locked"
    );
    assert!(
        app.key_row(prompt.key.id).await.keychain.is_some(),
        "the first attempt may have succeeded after its timeout"
    );
    app.credentials.set_fault(Fault::None);
    app.registry.sweep_keychain().await.expect("a sweep");
    assert_eq!(
        app.key_row(prompt.key.id).await.keychain,
        Some(KeychainEntryState::Saved)
    );
}

#[tokio::test]
async fn late_save_after_timeout_leaves_no_orphan() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.credentials.set_fault(Fault::Hang);
    assert_eq!(
        result_code(app.registry.save(MAIN_WINDOW, &prompt.ticket).await),
        "keychain_timeout"
    );
    app.registry
        .discard(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("discarded");
    // Another process has a keychain that answers. It finds nothing there yet, and must not believe it.
    let second = app.second_instance_with_new_keychain().await;
    second.registry.sweep_keychain().await.expect("a sweep");
    assert_eq!(
        app.key_row(prompt.key.id).await.keychain,
        Some(KeychainEntryState::Removing),
        "the first process may still write"
    );
    app.credentials.set_fault(Fault::None);
    while app.credentials.entries().is_empty() {
        tokio::task::yield_now().await;
    }
    app.registry.sweep_keychain().await.expect("a sweep");
    assert_eq!(
        app.credentials.entries(),
        [],
        "no entry of an ended key may remain"
    );
    assert_eq!(
        app.key_row(prompt.key.id).await.keychain,
        Some(KeychainEntryState::Removing),
        "the row must stay until the entry is settled"
    );
    let second = app.restart_after_crash().await;
    second.registry.sweep_keychain().await.expect("a sweep");
    assert_eq!(second.key_row(prompt.key.id).await.keychain, None);
}

#[tokio::test]
async fn ended_key_is_not_saved() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.registry
        .revoke(prompt.key.id, None)
        .await
        .expect("revoked");
    assert_eq!(
        result_code(app.registry.save(MAIN_WINDOW, &prompt.ticket).await),
        "invalid_key_state"
    );
    assert_eq!(app.credentials.entries(), []);
}
