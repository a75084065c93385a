//! Revealing an open prompt to its window only.

use keystile_registry::Ticket;

use crate::fixture::{MAIN_WINDOW, TestApp, plain_key, result_code};

#[tokio::test]
async fn reloaded_window_gets_its_prompt_again() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let ticket = app
        .registry
        .open_prompt(MAIN_WINDOW)
        .expect("the window's prompt is open");
    let again = app
        .registry
        .reveal(MAIN_WINDOW, &ticket)
        .await
        .expect("a prompt");
    assert_eq!(plain_key(&again), plain_key(&prompt), "the key is not lost");
    assert!(!again.copied);
}

#[tokio::test]
async fn ticket_is_rejected_in_another_window() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let ticket = app.issue_key(environment, "ci").await.ticket;
    let registry = &app.registry;
    assert_eq!(registry.open_prompt("other"), None);
    assert_eq!(
        result_code(registry.reveal("other", &ticket).await),
        "unknown_ticket"
    );
    assert_eq!(
        result_code(registry.copy("other", &ticket).await),
        "unknown_ticket"
    );
    assert_eq!(
        result_code(registry.save("other", &ticket).await),
        "unknown_ticket"
    );
    assert_eq!(
        result_code(registry.close("other", &ticket).await),
        "unknown_ticket"
    );
    assert_eq!(
        result_code(registry.discard("other", &ticket).await),
        "unknown_ticket"
    );
    assert_eq!(app.clipboard.writes(), 0, "revealing must change nothing");
    assert_eq!(
        app.count_audit("key.issued").await,
        app.audit_actions().await.len() - 2
    );
}

#[tokio::test]
async fn unknown_and_ended_tickets_are_rejected() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.copy_key(&prompt).await;
    app.close_prompt(&prompt).await;
    for ticket in [Ticket::from_text(""), Ticket::from_text("0"), prompt.ticket] {
        assert_eq!(
            result_code(app.registry.reveal(MAIN_WINDOW, &ticket).await),
            "unknown_ticket",
            "a closed prompt must not be revealed"
        );
    }
    assert_eq!(app.registry.open_prompt(MAIN_WINDOW), None);
}

#[tokio::test]
async fn ticket_has_128_bits() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let one = app.issue_key(environment, "one").await.ticket;
    let other = app.issue_key(environment, "other").await.ticket;
    assert_ne!(one, other);
    for ticket in [one, other] {
        assert_eq!(ticket.as_str().len(), 32);
        assert!(ticket.as_str().bytes().all(|c| c.is_ascii_hexdigit()));
    }
}

#[tokio::test]
async fn reveal_of_revoked_key_omits_plain_key() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let second = app.second_instance().await;
    second
        .registry
        .revoke(prompt.key.id, None)
        .await
        .expect("revoked elsewhere");
    let again = app
        .registry
        .reveal(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("the prompt stays open to show the state");
    assert!(
        again.plain.is_none(),
        "the plain key of an ended key must be omitted"
    );
    assert_eq!(
        result_code(app.registry.copy(MAIN_WINDOW, &prompt.ticket).await),
        "invalid_key_state"
    );
    assert_eq!(
        result_code(app.registry.close(MAIN_WINDOW, &prompt.ticket).await),
        "done",
        "a revoked key must not block closing"
    );
}
