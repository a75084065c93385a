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
async fn a_copied_keys_prompt_closes_even_when_the_database_fails_and_is_named_afterwards() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    world.copy(&prompt).await;
    world.make_unwritable().await;
    world.close(&prompt).await;
    assert_eq!(
        world.registry.open_prompt(MAIN),
        None,
        "the user has the key; a broken disk must not keep the prompt on screen for ever"
    );
    world.make_writable().await;
    let notices = world.registry.list_notices().await.expect("notices");
    assert_eq!(
        notices.len(),
        1,
        "what could not be stored is told, so that the key can be revoked if nobody has it"
    );
}

#[tokio::test]
async fn a_prompt_that_was_never_copied_stays_open_when_the_database_fails() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
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
    assert_eq!(
        world.registry.uncopied_prompt(MAIN).await,
        Some(prompt.ticket.clone()),
        "quitting is still refused"
    );
}
