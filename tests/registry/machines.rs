//! Several machines on one PostgreSQL database.

use std::sync::Arc;

use keystile_keys::State;
use keystile_registry::{RegistryError, Settings, SettingsChanges, Theme};
use keystile_store::{KeyFilter, KeyQuery, KeychainEntryState};
use keystile_tests::prompting_process::PromptingProcess;

use crate::fixture::{MAIN_WINDOW, TestApp, issue_request, result_code};

const PROGRAM: &str = env!("CARGO_BIN_EXE_open_prompt");

#[tokio::test]
async fn pending_key_of_another_machine_is_kept_until_its_process_ends() {
    let app = TestApp::new().await;
    let second = app.temp().on_second_machine();
    let process = PromptingProcess::start(PROGRAM, &second).await;
    let key = process.key();
    assert_eq!(app.registry.sweep().await.expect("a sweep"), []);
    assert_eq!(
        app.key_state(key).await,
        State::Pending,
        "its process holds a lock on the server"
    );
    process.kill().await;
    let revoked = app.registry.sweep().await.expect("a sweep");
    assert_eq!(revoked.len(), 1, "its process has ended");
    assert_eq!(app.key_state(key).await, State::Unclaimed);
    assert_eq!(app.count_audit("key.unclaimed").await, 1);
}

#[tokio::test]
async fn pending_key_is_kept_while_the_lost_connection_of_its_lock_is_replaced() {
    let app = TestApp::new().await;
    let second = app.process_on_second_machine().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.run_sql(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND granted
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    )
    .await;
    assert_eq!(
        app.temp().count_server_locks().await,
        0,
        "the test needs a lost lock"
    );
    assert_eq!(second.registry.sweep().await.expect("a sweep"), []);
    assert_eq!(
        app.temp().count_server_locks().await,
        1,
        "the process has acquired its lock again"
    );
    assert!(app.copy_key(&prompt).await.copied);
}

#[tokio::test]
async fn keys_of_one_machine_are_seen_and_revoked_on_another() {
    let app = TestApp::new().await;
    let second = app.process_on_second_machine().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    let found = second.registry.find_key(&environment, "CI").await;
    assert_eq!(found.expect("keys").map(|key| key.id), Some(key));
    second.registry.revoke(key, None).await.expect("revoked");
    assert_eq!(app.key_state(key).await, State::Revoked);
    app.audit_actions().await;
}

#[tokio::test]
async fn settings_are_of_one_machine() {
    let app = TestApp::new().await;
    let second = app.process_on_second_machine().await;
    let dark = SettingsChanges {
        theme: Some(Theme::Dark),
        ..SettingsChanges::default()
    };
    let changed = second.registry.change_settings(dark).await;
    assert_eq!(changed.expect("changed").theme, Theme::Dark);
    assert_eq!(
        app.registry.settings().await.expect("settings"),
        Settings::default(),
        "another screen may need another theme"
    );
}

#[tokio::test]
async fn gateway_ports_are_of_one_machine() {
    let app = TestApp::new().await;
    let second = app.process_on_second_machine().await;
    let environment = app.staging_environment().await;
    let other = app
        .create_environment("other", keystile_keys::Stage::Staging)
        .await;
    let started = app.registry.mark_gateway_started(&environment, 7999, true);
    assert_eq!(started.await.expect("a gateway").row.port, Some(7999));
    let seen = second.registry.show_gateway(&environment).await;
    let seen = seen.expect("a gateway").row;
    assert_eq!(
        (seen.port, seen.autostart),
        (None, false),
        "it does not run on the second machine"
    );
    let same_port = second.registry.mark_gateway_started(&other, 7999, false);
    assert_eq!(
        same_port.await.expect("a free port").row.port,
        Some(7999),
        "each machine has ports of its own"
    );
    let kept = app.registry.show_gateway(&environment).await;
    assert_eq!(kept.expect("a gateway").row.port, Some(7999));
}

#[tokio::test]
async fn keychain_entries_are_of_one_machine_and_removed_there_after_a_revocation() {
    let app = TestApp::new().await;
    let second = app.process_on_second_machine().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let saved = app.registry.save(MAIN_WINDOW, &prompt.ticket).await;
    assert!(saved.expect("saved").saved);
    app.copy_key(&prompt).await;
    let key = prompt.key.id;
    assert_eq!(
        app.key_row(key).await.keychain,
        Some(KeychainEntryState::Saved)
    );
    assert_eq!(second.key_row(key).await.keychain, None);
    let in_keychain = KeyQuery {
        filter: KeyFilter::InKeychain,
        ..KeyQuery::default()
    };
    for (machine, expected) in [(&app, 1), (&second, 0)] {
        let page = machine.registry.list_keys(&environment, &in_keychain).await;
        assert_eq!(page.expect("a page").total, expected);
    }
    second.registry.revoke(key, None).await.expect("revoked");
    second.registry.sweep_keychain().await.expect("a sweep");
    assert_eq!(
        app.key_row(key).await.keychain,
        Some(KeychainEntryState::Removing),
        "only the first machine can remove its entry"
    );
    app.registry.sweep_keychain().await.expect("a sweep");
    assert_eq!(app.credentials.entries(), []);
    assert_eq!(app.key_row(key).await.keychain, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_issuers_on_two_machines_lose_no_key() {
    /// Each takes two cores for some milliseconds, because of Argon2id.
    const KEYS_PER_TASK: usize = 15;
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let registries = [
        Arc::clone(&app.registry),
        app.second_instance().await.registry,
        app.process_on_second_machine().await.registry,
        app.process_on_second_machine().await.registry,
    ];
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let registry = Arc::clone(&registries[task % registries.len()]);
            tokio::spawn(async move {
                for number in 0..KEYS_PER_TASK {
                    let request = issue_request(environment, &format!("{task}.{number}"));
                    let prompt = registry.issue("window", &request).await.expect("a key");
                    let copied = registry.copy("window", &prompt.ticket).await;
                    assert!(copied.expect("a copy").copied);
                    let closed = registry.close("window", &prompt.ticket).await;
                    closed.expect("closed");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a task");
    }
    let keys = app.registry.all_keys(&environment).await.expect("keys");
    assert_eq!(keys.len(), 8 * KEYS_PER_TASK);
    assert!(keys.iter().all(|key| key.state == State::Active));
    // The chain is checked too.
    assert_eq!(app.count_audit("key.claimed").await, keys.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn request_that_is_sent_to_two_machines_issues_one_key() {
    let app = TestApp::new().await;
    let second = app.process_on_second_machine().await;
    let environment = app.staging_environment().await;
    for attempt in 0..5 {
        let request = issue_request(environment, &format!("ci {attempt}"));
        let (one, other) = tokio::join!(
            app.registry.issue(MAIN_WINDOW, &request),
            second.registry.issue(MAIN_WINDOW, &request)
        );
        let mut codes = [result_code(one), result_code(other)];
        codes.sort_unstable();
        assert_eq!(
            codes,
            ["already_issued", "done"],
            "the key of the other machine cannot be shown here"
        );
    }
    assert_eq!(app.count_audit("key.issued").await, 5);
}

#[tokio::test]
async fn secret_of_a_rotation_on_another_machine_is_not_shown_here() {
    let app = TestApp::new().await;
    let second = app.process_on_second_machine().await;
    let environment = app.staging_environment().await;
    let key_id = app.active_key(environment, "ci").await;
    let request = keystile_registry::RotateRequest {
        key_id,
        overlap: std::time::Duration::ZERO,
        idempotency_key: "one".to_owned(),
    };
    let rotate = async |machine: &TestApp| {
        let rotated = machine.registry.rotate_key(MAIN_WINDOW, &request, None);
        rotated.await
    };
    let prompt = rotate(&second).await.expect("a rotation");
    assert!(matches!(
        rotate(&app).await,
        Err(RegistryError::AlreadyIssued)
    ));
    second.copy_key(&prompt).await;
    assert_eq!(app.count_audit("rotation.claimed").await, 1);
}
