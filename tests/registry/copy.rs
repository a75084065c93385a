//! Copying a key: it is claimed exactly when the clipboard was filled and the claim was committed.

use std::time::{Duration, Instant};

use keystile_keys::{Stage, State};
use keystile_tests::database_faults::BlockedCommits;
use keystile_tests::diagnostic::error_code;

use crate::fixture::{MAIN_WINDOW, TestApp, plain_key, result_code};
use crate::memory_clipboard::Fault;

#[tokio::test]
async fn copy_fills_clipboard_with_the_key_and_claims_it() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let copied = app.copy_key(&prompt).await;
    assert_eq!(app.clipboard.text(), Some(plain_key(&prompt)));
    assert!(copied.copied, "this enables Close");
    assert_eq!(app.key_state(prompt.key.id).await, State::Active);
}

#[tokio::test]
async fn second_copy_only_fills_clipboard() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.copy_key(&prompt).await;
    let before = (app.key_row(prompt.key.id).await, app.audit_actions().await);
    let counter = app.last_commit().await;
    app.clipboard.put("something else");
    app.copy_key(&prompt).await;
    assert_eq!(app.clipboard.text(), Some(plain_key(&prompt)));
    let after = (app.key_row(prompt.key.id).await, app.audit_actions().await);
    assert_eq!(before, after, "no second claim and no second audit row");
    assert_eq!(
        app.last_commit().await,
        counter,
        "the database must be unchanged"
    );
}

#[tokio::test]
async fn concurrent_copies_claim_once() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let (one, other) = tokio::join!(
        app.registry.copy(MAIN_WINDOW, &prompt.ticket),
        app.registry.copy(MAIN_WINDOW, &prompt.ticket)
    );
    assert_eq!([result_code(one), result_code(other)], ["done", "done"]);
    assert_eq!(app.count_audit("key.claimed").await, 1);
    assert_eq!(app.clipboard.writes(), 2);
}

#[tokio::test]
async fn only_first_claim_activates_environment() {
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
        "a discarded key must not activate the environment"
    );
    let first = app.issue_key(environment, "first").await;
    assert_eq!(
        activated_at().await,
        None,
        "a pending key must not activate it"
    );
    assert!(
        app.copy_key(&first).await.activated,
        "the prompt reports the activation"
    );
    let at = activated_at().await;
    assert!(at.is_some(), "the first claim activates it");
    let second = app.issue_key(environment, "second").await;
    assert!(!app.copy_key(&second).await.activated);
    assert_eq!(
        activated_at().await,
        at,
        "the second claim must not change it"
    );
    assert_eq!(app.count_audit("environment.activated").await, 1);
}

#[tokio::test]
async fn failed_copy_leaves_key_pending() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.clipboard.set_fault(Fault::Denied);
    let before = app.audit_actions().await;
    assert_eq!(
        result_code(app.registry.copy(MAIN_WINDOW, &prompt.ticket).await),
        "copy_failed"
    );
    assert_eq!(app.key_state(prompt.key.id).await, State::Pending);
    assert_eq!(app.audit_actions().await, before, "nothing was claimed");
    assert_eq!(
        result_code(app.registry.close(MAIN_WINDOW, &prompt.ticket).await),
        "not_copied"
    );
    app.clipboard.set_fault(Fault::None);
    assert!(
        app.copy_key(&prompt).await.copied,
        "Copy can be pressed again"
    );
}

#[tokio::test]
async fn copy_times_out_after_2_s_and_late_write_is_cleared() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.clipboard
        .set_fault(Fault::SlowWrite(Duration::from_secs(3)));
    let begun = Instant::now();
    assert_eq!(
        result_code(app.registry.copy(MAIN_WINDOW, &prompt.ticket).await),
        "copy_timed_out"
    );
    assert!(
        begun.elapsed() < Duration::from_millis(2900),
        "2 s is the limit"
    );
    assert_eq!(app.key_state(prompt.key.id).await, State::Pending);
    assert_eq!(
        result_code(app.registry.close(MAIN_WINDOW, &prompt.ticket).await),
        "not_copied"
    );
    app.clipboard.set_fault(Fault::None);
    app.clipboard.wait_for_writes(1).await;
    assert_eq!(
        app.clipboard.text(),
        Some(plain_key(&prompt)),
        "the late write completed"
    );
    app.registry
        .clear_clipboard()
        .await
        .expect("the clipboard responds again");
    assert_eq!(app.clipboard.text(), None, "the late write must be tracked");
}

#[tokio::test]
async fn uncommitted_claim_removes_key_from_clipboard() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let blocked = BlockedCommits::new(app.temp()).await;
    app.clipboard.select(&plain_key(&prompt));
    let error = app
        .registry
        .copy(MAIN_WINDOW, &prompt.ticket)
        .await
        .err()
        .expect("the commit must fail");
    assert_eq!(error_code(&error), "copy_not_recorded");
    assert_eq!(app.clipboard.writes(), 1, "the clipboard was filled");
    assert_eq!(
        app.clipboard.text(),
        None,
        "an inactive key must not stay in the clipboard"
    );
    assert_eq!(app.clipboard.selection(), None, "also from the selection");
    assert_eq!(
        app.registry.clipboard_state(),
        None,
        "nothing is left to clear"
    );
    assert_eq!(app.key_state(prompt.key.id).await, State::Pending);
    assert_eq!(
        result_code(app.registry.close(MAIN_WINDOW, &prompt.ticket).await),
        "not_copied",
        "an unrecorded copy does not count"
    );
    blocked.release().await;
    assert!(
        app.copy_key(&prompt).await.copied,
        "copying works when commits do"
    );
    assert_eq!(app.count_audit("key.claimed").await, 1);
}

#[tokio::test]
async fn uncommitted_claim_keeps_text_the_user_copied_meanwhile() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let _blocked = BlockedCommits::new(app.temp()).await;
    let user = async {
        app.clipboard.wait_for_writes(1).await;
        app.clipboard.put("a recipe");
    };
    let (copied, ()) = tokio::join!(app.registry.copy(MAIN_WINDOW, &prompt.ticket), user);
    assert_eq!(result_code(copied), "copy_not_recorded");
    assert_eq!(
        app.clipboard.text().as_deref(),
        Some("a recipe"),
        "only our key is removed"
    );
}

#[tokio::test]
async fn more_concurrent_copies_than_connections_succeed() {
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
            tokio::spawn(async move { result_code(registry.copy(MAIN_WINDOW, &ticket).await) })
        })
        .collect();
    for copy in copies {
        assert_eq!(
            copy.await.expect("no panic"),
            "done",
            "a writer must not wait for a second connection"
        );
    }
}
