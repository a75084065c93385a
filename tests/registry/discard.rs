//! Discarding: the way out that always works and leaves no living key.

use std::time::Duration;

use keystile_keys::State;

use crate::clipboard::Mood;
use crate::world::{MAIN, World, code};

#[tokio::test]
async fn a_discarded_key_is_dead_whether_it_was_copied_or_not() {
    let world = World::new().await;
    let environment = world.staging().await;
    for is_copied in [false, true] {
        let prompt = world.issue(environment, &format!("{is_copied}")).await;
        if is_copied {
            world.copy(&prompt).await;
        }
        world
            .registry
            .discard(MAIN, &prompt.ticket)
            .await
            .expect("discarded");
        assert_eq!(world.state(prompt.key.id).await, State::Discarded);
        assert_eq!(world.registry.open_prompt(MAIN), None);
        assert_eq!(
            world.clipboard.text(),
            None,
            "a dead key is of no use there"
        );
        assert_eq!(
            code(world.registry.discard(MAIN, &prompt.ticket).await),
            "no_ticket"
        );
    }
    assert_eq!(world.count("key.discarded").await, 2);
    assert_eq!(
        world.registry.list_notices().await.expect("notices"),
        [],
        "the user did it and need not be told"
    );
}

#[tokio::test]
async fn an_uncopied_key_is_let_go_even_when_the_database_fails_and_is_revoked_later() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    world.make_unwritable().await;
    world
        .registry
        .discard(MAIN, &prompt.ticket)
        .await
        .expect("the way out works when nothing else does");
    assert_eq!(
        world.registry.open_prompt(MAIN),
        None,
        "the plain key is gone"
    );
    assert_eq!(world.state(prompt.key.id).await, State::Pending);
    tokio::time::timeout(Duration::from_secs(1), world.registry.sweep_wanted())
        .await
        .expect("a sweep is asked for");
    world.make_writable().await;
    let swept = world.registry.sweep().await.expect("a sweep");
    assert_eq!(swept.len(), 1);
    assert_eq!(world.state(prompt.key.id).await, State::Unclaimed);
}

#[tokio::test]
async fn a_copied_key_is_not_let_go_when_the_database_fails() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    world.copy(&prompt).await;
    world.registry.clear_clipboard().await.expect("cleared");
    world.make_unwritable().await;
    assert_eq!(
        code(world.registry.discard(MAIN, &prompt.ticket).await),
        "database_read_only",
        "it may be in use, whatever the clipboard holds by now"
    );
    assert_eq!(
        world.registry.open_prompt(MAIN),
        Some(prompt.ticket.clone())
    );
    world.make_writable().await;
    assert_eq!(world.state(prompt.key.id).await, State::Active);
    world
        .registry
        .discard(MAIN, &prompt.ticket)
        .await
        .expect("discarded");
    assert_eq!(world.state(prompt.key.id).await, State::Discarded);
}

#[tokio::test]
async fn a_clipboard_that_refuses_does_not_keep_a_key_alive() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    world.copy(&prompt).await;
    world.clipboard.become_(Mood::Refuses);
    world
        .registry
        .discard(MAIN, &prompt.ticket)
        .await
        .expect("discarded");
    assert_eq!(world.state(prompt.key.id).await, State::Discarded);
    assert!(
        world.registry.clipboard_state().is_some(),
        "it is still known to be there"
    );
}

#[tokio::test]
async fn the_prompt_of_a_key_that_was_revoked_elsewhere_can_be_discarded() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    world
        .registry
        .revoke(prompt.key.id, None)
        .await
        .expect("revoked");
    world
        .registry
        .discard(MAIN, &prompt.ticket)
        .await
        .expect("only the prompt is left to end");
    assert_eq!(world.state(prompt.key.id).await, State::Revoked);
    assert_eq!(world.count("key.discarded").await, 0);
}
