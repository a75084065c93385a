//! Copying: the clipboard holds exactly the key and the claim is stored, or neither is believed.

use std::time::{Duration, Instant};

use keystile_keys::{Stage, State};
use sqlx::Connection;

use crate::fixture::{MAIN_WINDOW, TestApp, error_code, plain_key};
use crate::memory_clipboard::Fault;

#[tokio::test]
async fn a_copy_fills_the_clipboard_with_exactly_the_key_and_claims_it() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let copied = app.copy_key(&prompt).await;
    assert_eq!(app.clipboard.text(), Some(plain_key(&prompt)));
    assert!(copied.is_copied(), "Close is enabled by this");
    assert_eq!(app.key_state(prompt.key.id).await, State::Active);
}

#[tokio::test]
async fn a_second_copy_fills_the_clipboard_and_changes_nothing_else() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.copy_key(&prompt).await;
    let before = (app.key_row(prompt.key.id).await, app.audit_actions().await);
    let counter = app.registry.store().last_commit().expect("a counter");
    app.clipboard.put("something else");
    app.copy_key(&prompt).await;
    assert_eq!(app.clipboard.text(), Some(plain_key(&prompt)));
    let after = (app.key_row(prompt.key.id).await, app.audit_actions().await);
    assert_eq!(before, after, "no second claim and no second audit row");
    assert_eq!(
        app.registry.store().last_commit().expect("a counter"),
        counter,
        "nothing was stored at all"
    );
}

#[tokio::test]
async fn two_copies_at_once_claim_once() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let (one, other) = tokio::join!(
        app.registry.copy(MAIN_WINDOW, &prompt.ticket),
        app.registry.copy(MAIN_WINDOW, &prompt.ticket)
    );
    assert_eq!((error_code(one), error_code(other)), ("done", "done"));
    assert_eq!(app.count_audit("key.claimed").await, 1);
    assert_eq!(app.clipboard.writes(), 2);
}

#[tokio::test]
async fn only_the_first_claim_activates_the_environment() {
    let app = TestApp::new().await;
    let environment = app.create_environment("dev", Stage::Development).await;
    let activated_at = async || {
        let project = app.registry.list_projects().await.expect("projects")[0].id;
        let listed = app.registry.list_environments(&project).await;
        listed.expect("environments")[0].activated_at
    };
    let discarded = app.issue_key(environment, "discarded").await;
    app.registry
        .discard(MAIN_WINDOW, &discarded.ticket)
        .await
        .expect("discarded");
    assert_eq!(
        activated_at().await,
        None,
        "a discarded key activates nothing"
    );
    let first = app.issue_key(environment, "first").await;
    assert_eq!(activated_at().await, None, "neither does a pending one");
    assert!(app.copy_key(&first).await.activated, "the prompt says so");
    let at = activated_at().await;
    assert!(at.is_some(), "the first claim does");
    let second = app.issue_key(environment, "second").await;
    assert!(!app.copy_key(&second).await.activated);
    assert_eq!(activated_at().await, at, "the second changes nothing");
    assert_eq!(app.count_audit("environment.activated").await, 1);
}

#[tokio::test]
async fn a_clipboard_that_refuses_leaves_the_key_pending() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.clipboard.set_fault(Fault::Denied);
    let before = app.audit_actions().await;
    assert_eq!(
        error_code(app.registry.copy(MAIN_WINDOW, &prompt.ticket).await),
        "copy_failed"
    );
    assert_eq!(app.key_state(prompt.key.id).await, State::Pending);
    assert_eq!(app.audit_actions().await, before, "nothing was claimed");
    assert_eq!(
        error_code(app.registry.close(MAIN_WINDOW, &prompt.ticket).await),
        "not_copied"
    );
    app.clipboard.set_fault(Fault::None);
    assert!(
        app.copy_key(&prompt).await.is_copied(),
        "Copy can be pressed again"
    );
}

#[tokio::test]
async fn a_clipboard_that_hangs_is_given_up_after_2_s_and_a_late_text_is_still_cleared() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.clipboard
        .set_fault(Fault::SlowWrite(Duration::from_secs(3)));
    let begun = Instant::now();
    assert_eq!(
        error_code(app.registry.copy(MAIN_WINDOW, &prompt.ticket).await),
        "copy_timed_out"
    );
    assert!(
        begun.elapsed() < Duration::from_millis(2900),
        "2 s is the limit"
    );
    assert_eq!(app.key_state(prompt.key.id).await, State::Pending);
    assert_eq!(
        error_code(app.registry.close(MAIN_WINDOW, &prompt.ticket).await),
        "not_copied"
    );
    app.clipboard.set_fault(Fault::None);
    app.clipboard.wait_for_writes(1).await;
    assert_eq!(
        app.clipboard.text(),
        Some(plain_key(&prompt)),
        "it came late"
    );
    app.registry
        .clear_clipboard()
        .await
        .expect("a clipboard that answers again");
    assert_eq!(app.clipboard.text(), None, "it is known to be ours");
}

#[tokio::test]
async fn a_claim_that_cannot_be_stored_takes_the_key_out_of_the_clipboard_again() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let mut reader = app.raw_connection().await;
    let mut reading = reader.begin().await.expect("a transaction");
    sqlx::query("SELECT count(*) FROM keys")
        .execute(&mut *reading)
        .await
        .expect("a lock for reading");
    app.clipboard.select(&plain_key(&prompt));
    let error = app
        .registry
        .copy(MAIN_WINDOW, &prompt.ticket)
        .await
        .err()
        .expect("no commit while somebody reads");
    assert_eq!(error.code(), "not_claimed");
    assert_eq!(app.clipboard.writes(), 1, "the clipboard was filled");
    assert_eq!(
        app.clipboard.text(),
        None,
        "a key that opens nothing is taken out"
    );
    assert_eq!(app.clipboard.selection(), None, "also from the selection");
    assert_eq!(
        app.registry.clipboard_state(),
        None,
        "nothing is left to clear"
    );
    assert_eq!(app.key_state(prompt.key.id).await, State::Pending);
    assert_eq!(
        error_code(app.registry.close(MAIN_WINDOW, &prompt.ticket).await),
        "not_copied",
        "what was not recorded is not a copy"
    );
    reading.rollback().await.expect("the end of reading");
    assert!(app.copy_key(&prompt).await.is_copied(), "Copy works later");
    assert_eq!(app.count_audit("key.claimed").await, 1);
}

#[tokio::test]
async fn what_the_user_copied_meanwhile_stays_when_a_claim_fails() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let mut reader = app.raw_connection().await;
    let mut reading = reader.begin().await.expect("a transaction");
    sqlx::query("SELECT count(*) FROM keys")
        .execute(&mut *reading)
        .await
        .expect("a lock for reading");
    let user = async {
        app.clipboard.wait_for_writes(1).await;
        app.clipboard.put("a recipe");
    };
    let (copied, ()) = tokio::join!(app.registry.copy(MAIN_WINDOW, &prompt.ticket), user);
    assert_eq!(error_code(copied), "not_claimed");
    assert_eq!(
        app.clipboard.text().as_deref(),
        Some("a recipe"),
        "only what Keystile put there is taken out"
    );
}

#[tokio::test]
async fn more_copies_at_once_than_the_database_has_connections_all_succeed() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let mut tickets = Vec::new();
    for number in 0..6 {
        let prompt = app.issue_key(environment, &format!("key {number}")).await;
        tickets.push(prompt.ticket);
    }
    let copies: Vec<_> = tickets
        .into_iter()
        .map(|ticket| {
            let registry = std::sync::Arc::clone(&app.registry);
            tokio::spawn(async move { error_code(registry.copy(MAIN_WINDOW, &ticket).await) })
        })
        .collect();
    for copy in copies {
        assert_eq!(
            copy.await.expect("no panic"),
            "done",
            "whoever writes waits for nothing that the others hold"
        );
    }
}
