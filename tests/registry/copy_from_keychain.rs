//! Copying from the keychain: this very key, never shown, by the same rules of the clipboard.

use keystile_keys::{KeyId, PlainKey, Prefix, os_random};

use crate::credential_store::Mood;
use crate::world::{MAIN, World, code, plain};

async fn saved_and_closed(world: &World) -> (KeyId, String) {
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    world
        .registry
        .save(MAIN, &prompt.ticket)
        .await
        .expect("saved");
    world.copy(&prompt).await;
    world.close(&prompt).await;
    world.clipboard.put("something else");
    (prompt.key.id, plain(&prompt))
}

#[tokio::test]
async fn a_saved_key_is_copied_again_and_cleared_again() {
    let world = World::new().await;
    let (key, text) = saved_and_closed(&world).await;
    let before = world.actions().await;
    world
        .registry
        .copy_from_keychain(key)
        .await
        .expect("copied");
    assert_eq!(world.clipboard.text(), Some(text));
    assert_eq!(world.actions().await, before, "it is no second claim");
    let hold = world.registry.clipboard_state().expect("it is held");
    assert!(hold.remaining.is_some(), "the countdown runs at once");
    world.registry.clear_clipboard().await.expect("cleared");
    assert_eq!(world.clipboard.text(), None);
}

#[tokio::test]
async fn what_another_program_wrote_there_is_not_copied_under_the_keys_name() {
    let world = World::new().await;
    let (key, _) = saved_and_closed(&world).await;
    let prefix = Prefix::parse("ks_stag").expect("a prefix");
    let other = PlainKey::generate(&prefix, &mut os_random()).expect("a key");
    for text in ["hello", "", other.expose()] {
        world.credentials.overwrite_all(text);
        assert_eq!(
            code(world.registry.copy_from_keychain(key).await),
            "keychain_no_entry"
        );
        assert_eq!(
            world.clipboard.text().as_deref(),
            Some("something else"),
            "the clipboard is left alone"
        );
    }
}

#[tokio::test]
async fn an_entry_that_is_gone_is_forgotten() {
    let world = World::new().await;
    let (key, _) = saved_and_closed(&world).await;
    world.credentials.empty();
    for _ in 0..2 {
        assert_eq!(
            code(world.registry.copy_from_keychain(key).await),
            "keychain_no_entry"
        );
        assert_eq!(world.key(key).await.keychain, None, "the mark goes");
    }
}

#[tokio::test]
async fn a_locked_keychain_is_told_apart_and_works_when_unlocked() {
    let world = World::new().await;
    let (key, _) = saved_and_closed(&world).await;
    world.credentials.become_(Mood::Locked);
    assert_eq!(
        code(world.registry.copy_from_keychain(key).await),
        "keychain_locked"
    );
    world.credentials.become_(Mood::Works);
    assert_eq!(code(world.registry.copy_from_keychain(key).await), "done");
}

#[tokio::test]
async fn only_active_keys_that_are_saved_are_copied() {
    let world = World::new().await;
    let environment = world.staging().await;
    let pending = world.issue(environment, "pending").await;
    world
        .registry
        .save(MAIN, &pending.ticket)
        .await
        .expect("saved");
    let unsaved = world.active_key(environment, "unsaved").await;
    let nobody = KeyId::generate(&mut os_random()).expect("an id");
    for (key, expected) in [
        (pending.key.id, "key_ended"),
        (unsaved, "keychain_no_entry"),
        (nobody, "not_found"),
    ] {
        assert_eq!(code(world.registry.copy_from_keychain(key).await), expected);
    }
    assert_eq!(world.clipboard.writes(), 1);
}
