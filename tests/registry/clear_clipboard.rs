//! Clearing the clipboard: after the countdown, only our keys, including those of failed attempts.

use std::time::Duration;

use keystile_registry::SettingsChanges;

use crate::fixture::{MAIN_WINDOW, TestApp, plain_key, result_code};
use crate::memory_clipboard::Fault;

#[tokio::test]
async fn countdown_starts_at_close_and_stops_at_next_copy() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    assert_eq!(app.registry.clipboard_state(), None);
    let first = app.issue_key(environment, "first").await;
    app.copy_key(&first).await;
    let hold = app.registry.clipboard_state().expect("a key is there");
    assert_eq!((hold.seconds, hold.remaining), (Some(45), None));
    app.close_prompt(&first).await;
    let hold = app.registry.clipboard_state().expect("a key is there");
    let remaining = hold.remaining.expect("the countdown runs");
    assert!(remaining <= Duration::from_secs(45) && remaining > Duration::from_secs(40));
    assert!(!app.registry.is_clipboard_clear_due());

    let second = app.issue_key(environment, "second").await;
    app.copy_key(&second).await;
    let hold = app.registry.clipboard_state().expect("a key is there");
    assert_eq!(
        hold.remaining, None,
        "the countdown restarts when this prompt is closed"
    );
    app.close_prompt(&second).await;
    let hold = app.registry.clipboard_state().expect("a key is there");
    assert!(hold.remaining.is_some());
}

#[tokio::test]
async fn failed_copy_keeps_countdown_of_earlier_key() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    app.active_key(environment, "first").await;
    let second = app.issue_key(environment, "second").await;
    app.clipboard.set_fault(Fault::Denied);
    assert_eq!(
        result_code(app.registry.copy(MAIN_WINDOW, &second.ticket).await),
        "copy_failed"
    );
    let hold = app
        .registry
        .clipboard_state()
        .expect("the first key is tracked");
    assert!(
        hold.remaining.is_some(),
        "the first key is still in the clipboard"
    );
}

#[tokio::test]
async fn clear_removes_only_our_keys_from_both_clipboards() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.copy_key(&prompt).await;
    app.clipboard.select(&plain_key(&prompt));
    app.close_prompt(&prompt).await;
    assert!(app.registry.clipboard_contains_key().await);
    app.clipboard.put("a recipe");
    assert!(
        app.registry.clipboard_contains_key().await,
        "the selection still contains the key"
    );
    app.registry.clear_clipboard().await.expect("cleared");
    assert_eq!(app.clipboard.text().as_deref(), Some("a recipe"));
    assert_eq!(app.clipboard.selection(), None);
    assert!(!app.registry.clipboard_contains_key().await);
    assert_eq!(app.registry.clipboard_state(), None);
}

#[tokio::test]
async fn clear_removes_older_key_from_selection() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let first = app.issue_key(environment, "first").await;
    app.copy_key(&first).await;
    app.clipboard.select(&plain_key(&first));
    app.close_prompt(&first).await;
    app.active_key(environment, "second").await;
    app.registry.clear_clipboard().await.expect("cleared");
    assert_eq!(app.clipboard.text(), None);
    assert_eq!(app.clipboard.selection(), None);
}

#[tokio::test]
async fn failed_clear_can_be_repeated() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    app.active_key(environment, "ci").await;
    app.clipboard.set_fault(Fault::Denied);
    assert_eq!(
        result_code(app.registry.clear_clipboard().await),
        "clear_failed"
    );
    let hold = app.registry.clipboard_state().expect("it is still there");
    assert!(hold.remaining.is_some(), "and due");
    app.clipboard.set_fault(Fault::None);
    app.registry.clear_clipboard().await.expect("cleared");
    assert_eq!(app.clipboard.text(), None);
}

#[tokio::test]
async fn setting_never_starts_no_countdown() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let never = SettingsChanges {
        clipboard_seconds: Some(None),
        ..SettingsChanges::default()
    };
    app.registry.change_settings(never).await.expect("changed");
    app.active_key(environment, "ci").await;
    let hold = app.registry.clipboard_state().expect("a key is there");
    assert_eq!((hold.seconds, hold.remaining), (None, None));
}

#[tokio::test]
async fn key_copied_during_clear_stays_tracked() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    app.active_key(environment, "first").await;
    let second = app.issue_key(environment, "second").await;
    app.clipboard
        .set_fault(Fault::SlowClear(Duration::from_millis(500)));
    let copying = async {
        while app.clipboard.text().is_some() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        app.copy_key(&second).await;
    };
    let (cleared, ()) = tokio::join!(app.registry.clear_clipboard(), copying);
    cleared.expect("cleared");
    assert_eq!(app.clipboard.text(), Some(plain_key(&second)));
    assert!(
        app.registry.clipboard_state().is_some(),
        "the second key must be cleared later"
    );
}
