//! Removing entries: on demand, and when their key ends, now or when the keychain is next available.

use keystile_keys::State;
use keystile_store::KeychainEntryState;

use crate::credential_store::Mood;
use crate::world::{MAIN, World, code};

async fn saved(world: &World, name: &str) -> keystile_registry::Prompt {
    let environment = world.environment(name, keystile_keys::Stage::Staging).await;
    let prompt = world.issue(environment, name).await;
    world
        .registry
        .save(MAIN, &prompt.ticket)
        .await
        .expect("saved");
    prompt
}

#[tokio::test]
async fn an_entry_is_removed_and_its_key_goes_on_working() {
    let world = World::new().await;
    let prompt = saved(&world, "ci").await;
    world.copy(&prompt).await;
    world.close(&prompt).await;
    let key = prompt.key.id;
    world.credentials.become_(Mood::Locked);
    assert_eq!(
        code(world.registry.remove_from_keychain(key).await),
        "keychain_locked"
    );
    assert_eq!(
        world.key(key).await.keychain,
        Some(KeychainEntryState::Saved),
        "it is still there"
    );
    world.credentials.become_(Mood::Works);
    world
        .registry
        .remove_from_keychain(key)
        .await
        .expect("removed");
    assert_eq!(world.credentials.entries(), []);
    assert_eq!(world.key(key).await.keychain, None);
    assert_eq!(world.state(key).await, State::Active);
    assert_eq!(
        code(world.registry.remove_from_keychain(key).await),
        "keychain_no_entry"
    );
}

#[tokio::test]
async fn the_entry_of_a_key_that_ends_goes_with_it() {
    let world = World::new().await;
    let discarded = saved(&world, "discarded").await;
    let revoked = saved(&world, "revoked").await;
    let deleted = saved(&world, "deleted").await;
    world
        .registry
        .discard(MAIN, &discarded.ticket)
        .await
        .expect("discarded");
    world
        .registry
        .revoke(revoked.key.id, None)
        .await
        .expect("revoked");
    world
        .registry
        .delete_environment(&deleted.key.environment_id, Some("deleted"))
        .await
        .expect("deleted");
    world.registry.sweep_wanted().await;
    world.registry.sweep_keychain().await.expect("a sweep");
    assert_eq!(world.credentials.entries(), []);
    assert_eq!(world.count("keychain.removed").await, 3);
}

#[tokio::test]
async fn while_the_keychain_is_locked_the_removal_waits() {
    let world = World::new().await;
    let prompt = saved(&world, "ci").await;
    world.credentials.become_(Mood::Locked);
    world
        .registry
        .discard(MAIN, &prompt.ticket)
        .await
        .expect("a locked keychain is no reason to keep a key");
    world
        .registry
        .sweep_keychain()
        .await
        .expect("locked is no failure");
    assert_eq!(world.credentials.entries().len(), 1);
    assert_eq!(
        world.key(prompt.key.id).await.keychain,
        Some(KeychainEntryState::Removing),
        "it is not forgotten"
    );
    world.credentials.become_(Mood::Works);
    world.registry.sweep_keychain().await.expect("a sweep");
    assert_eq!(world.credentials.entries(), []);
    assert_eq!(world.key(prompt.key.id).await.keychain, None);
}

#[tokio::test]
async fn the_entry_of_an_unclaimed_key_is_removed_by_whoever_finds_it() {
    let world = World::new().await;
    let key = saved(&world, "ci").await.key.id;
    let beside = world.survive().await;
    beside.registry.sweep().await.expect("a sweep");
    beside.registry.sweep_keychain().await.expect("a sweep");
    assert_eq!(beside.state(key).await, State::Unclaimed);
    assert_eq!(beside.credentials.entries(), [], "no orphan");
    assert_eq!(beside.key(key).await.keychain, None);
}
