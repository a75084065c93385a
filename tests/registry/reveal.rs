//! Showing the prompt again: to the window that asked, and to no other.

use keystile_registry::Ticket;

use crate::world::{MAIN, World, code, plain};

#[tokio::test]
async fn a_reloaded_window_finds_its_prompt_again() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    let ticket = world
        .registry
        .open_prompt(MAIN)
        .expect("the window's open prompt");
    let again = world
        .registry
        .reveal(MAIN, &ticket)
        .await
        .expect("a prompt");
    assert_eq!(plain(&again), plain(&prompt), "the key is not lost");
    assert!(!again.is_copied());
}

#[tokio::test]
async fn a_ticket_opens_nothing_for_another_window() {
    let world = World::new().await;
    let environment = world.staging().await;
    let ticket = world.issue(environment, "ci").await.ticket;
    let registry = &world.registry;
    assert_eq!(registry.open_prompt("other"), None);
    assert_eq!(code(registry.reveal("other", &ticket).await), "no_ticket");
    assert_eq!(code(registry.copy("other", &ticket).await), "no_ticket");
    assert_eq!(code(registry.save("other", &ticket).await), "no_ticket");
    assert_eq!(code(registry.close("other", &ticket).await), "no_ticket");
    assert_eq!(code(registry.discard("other", &ticket).await), "no_ticket");
    assert_eq!(world.clipboard.writes(), 0, "nothing was done for it");
    assert_eq!(
        world.count("key.issued").await,
        world.actions().await.len() - 2
    );
}

#[tokio::test]
async fn a_made_up_or_ended_ticket_opens_nothing() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    world.copy(&prompt).await;
    world.close(&prompt).await;
    for ticket in [Ticket::from_text(""), Ticket::from_text("0"), prompt.ticket] {
        assert_eq!(
            code(world.registry.reveal(MAIN, &ticket).await),
            "no_ticket",
            "after closing nobody can see the key"
        );
    }
    assert_eq!(world.registry.open_prompt(MAIN), None);
}

#[tokio::test]
async fn a_ticket_has_128_bits() {
    let world = World::new().await;
    let environment = world.staging().await;
    let one = world.issue(environment, "one").await.ticket;
    let other = world.issue(environment, "other").await.ticket;
    assert_ne!(one, other);
    for ticket in [one, other] {
        assert_eq!(ticket.as_str().len(), 32);
        assert!(ticket.as_str().bytes().all(|c| c.is_ascii_hexdigit()));
    }
}

#[tokio::test]
async fn a_key_that_was_revoked_meanwhile_is_not_shown_any_more() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    let beside = world.beside().await;
    beside
        .registry
        .revoke(prompt.key.id, None)
        .await
        .expect("revoked elsewhere");
    let again = world
        .registry
        .reveal(MAIN, &prompt.ticket)
        .await
        .expect("the prompt is still there to say so");
    assert!(again.plain.is_none(), "a dead key is of no use");
    assert_eq!(
        code(world.registry.copy(MAIN, &prompt.ticket).await),
        "key_ended"
    );
    assert_eq!(
        code(world.registry.close(MAIN, &prompt.ticket).await),
        "done",
        "a revoked key need not be copied to be left"
    );
}
