//! Showing the prompt again: to the window that asked, and to no other.

use keystile_registry::Ticket;

use crate::fixture::{MAIN_WINDOW, TestApp, error_code, plain_key};

#[tokio::test]
async fn a_reloaded_window_finds_its_prompt_again() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let ticket = app
        .registry
        .open_prompt(MAIN_WINDOW)
        .expect("the window's open prompt");
    let again = app
        .registry
        .reveal(MAIN_WINDOW, &ticket)
        .await
        .expect("a prompt");
    assert_eq!(plain_key(&again), plain_key(&prompt), "the key is not lost");
    assert!(!again.is_copied());
}

#[tokio::test]
async fn a_ticket_opens_nothing_for_another_window() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let ticket = app.issue_key(environment, "ci").await.ticket;
    let registry = &app.registry;
    assert_eq!(registry.open_prompt("other"), None);
    assert_eq!(
        error_code(registry.reveal("other", &ticket).await),
        "no_ticket"
    );
    assert_eq!(
        error_code(registry.copy("other", &ticket).await),
        "no_ticket"
    );
    assert_eq!(
        error_code(registry.save("other", &ticket).await),
        "no_ticket"
    );
    assert_eq!(
        error_code(registry.close("other", &ticket).await),
        "no_ticket"
    );
    assert_eq!(
        error_code(registry.discard("other", &ticket).await),
        "no_ticket"
    );
    assert_eq!(app.clipboard.writes(), 0, "nothing was done for it");
    assert_eq!(
        app.count_audit("key.issued").await,
        app.audit_actions().await.len() - 2
    );
}

#[tokio::test]
async fn a_made_up_or_ended_ticket_opens_nothing() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.copy_key(&prompt).await;
    app.close_prompt(&prompt).await;
    for ticket in [Ticket::from_text(""), Ticket::from_text("0"), prompt.ticket] {
        assert_eq!(
            error_code(app.registry.reveal(MAIN_WINDOW, &ticket).await),
            "no_ticket",
            "after closing nobody can see the key"
        );
    }
    assert_eq!(app.registry.open_prompt(MAIN_WINDOW), None);
}

#[tokio::test]
async fn a_ticket_has_128_bits() {
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
async fn a_key_that_was_revoked_meanwhile_is_not_shown_any_more() {
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
        .expect("the prompt is still there to say so");
    assert!(again.plain.is_none(), "a dead key is of no use");
    assert_eq!(
        error_code(app.registry.copy(MAIN_WINDOW, &prompt.ticket).await),
        "key_ended"
    );
    assert_eq!(
        error_code(app.registry.close(MAIN_WINDOW, &prompt.ticket).await),
        "done",
        "a revoked key need not be copied to be left"
    );
}
