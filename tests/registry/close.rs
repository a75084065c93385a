//! Closing: only after copying, and for good.

use crate::world::{MAIN, World, code};

#[tokio::test]
async fn close_is_refused_until_the_key_was_copied() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    let before = world.actions().await;
    assert_eq!(
        code(world.registry.close(MAIN, &prompt.ticket).await),
        "not_copied",
        "whatever the window asks"
    );
    world
        .registry
        .save(MAIN, &prompt.ticket)
        .await
        .expect("saved");
    assert_eq!(
        code(world.registry.close(MAIN, &prompt.ticket).await),
        "not_copied",
        "the keychain is no copy"
    );
    assert_eq!(world.actions().await.len(), before.len() + 2);
    world.copy(&prompt).await;
    let closed = world
        .registry
        .close(MAIN, &prompt.ticket)
        .await
        .expect("copied, so it can be closed");
    assert_eq!(
        closed.environment_id, environment,
        "where the window goes next"
    );
    assert_eq!(world.count("key.closed").await, 1);
}

#[tokio::test]
async fn a_prompt_that_cannot_be_closed_in_the_database_stays_open() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    world.copy(&prompt).await;
    world.make_unwritable().await;
    assert_eq!(
        code(world.registry.close(MAIN, &prompt.ticket).await),
        "database_read_only"
    );
    assert_eq!(
        world.registry.open_prompt(MAIN),
        Some(prompt.ticket.clone()),
        "the key is still on screen"
    );
    world.make_writable().await;
    world.close(&prompt).await;
}
