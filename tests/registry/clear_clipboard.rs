//! Clearing the clipboard: after the countdown, only what is ours, and nothing forgotten.

use std::time::Duration;

use keystile_registry::{Settings, Theme};

use crate::clipboard::Mood;
use crate::world::{MAIN, World, code, plain};

#[tokio::test]
async fn the_countdown_starts_at_close_and_copying_again_stops_it() {
    let world = World::new().await;
    let environment = world.staging().await;
    assert_eq!(world.registry.clipboard_state(), None);
    let first = world.issue(environment, "first").await;
    world.copy(&first).await;
    let hold = world.registry.clipboard_state().expect("a key is there");
    assert_eq!((hold.seconds, hold.remaining), (Some(45), None));
    world.close(&first).await;
    let hold = world.registry.clipboard_state().expect("a key is there");
    let remaining = hold.remaining.expect("the countdown runs");
    assert!(remaining <= Duration::from_secs(45) && remaining > Duration::from_secs(40));
    assert!(!world.registry.is_clipboard_due());

    let second = world.issue(environment, "second").await;
    world.copy(&second).await;
    let hold = world.registry.clipboard_state().expect("a key is there");
    assert_eq!(
        hold.remaining, None,
        "it starts anew when this prompt is closed"
    );
    world.close(&second).await;
    let hold = world.registry.clipboard_state().expect("a key is there");
    assert!(hold.remaining.is_some());
}

#[tokio::test]
async fn a_copy_that_failed_does_not_stop_the_countdown_of_an_earlier_key() {
    let world = World::new().await;
    let environment = world.staging().await;
    world.active_key(environment, "first").await;
    let second = world.issue(environment, "second").await;
    world.clipboard.become_(Mood::Refuses);
    assert_eq!(
        code(world.registry.copy(MAIN, &second.ticket).await),
        "copy_failed"
    );
    let hold = world
        .registry
        .clipboard_state()
        .expect("the first is there");
    assert!(
        hold.remaining.is_some(),
        "the first key is still there, and due"
    );
}

#[tokio::test]
async fn only_our_keys_are_cleared_and_from_both_clipboards() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    world.copy(&prompt).await;
    world.clipboard.select(&plain(&prompt));
    world.close(&prompt).await;
    assert!(world.registry.does_clipboard_hold_key().await);
    world.clipboard.put("a recipe");
    assert!(
        world.registry.does_clipboard_hold_key().await,
        "selecting fills the other clipboard"
    );
    world.registry.clear_clipboard().await.expect("cleared");
    assert_eq!(world.clipboard.text().as_deref(), Some("a recipe"));
    assert_eq!(world.clipboard.selection(), None);
    assert!(!world.registry.does_clipboard_hold_key().await);
    assert_eq!(world.registry.clipboard_state(), None);
}

#[tokio::test]
async fn an_older_key_that_is_still_selected_is_cleared_too() {
    let world = World::new().await;
    let environment = world.staging().await;
    let first = world.issue(environment, "first").await;
    world.copy(&first).await;
    world.clipboard.select(&plain(&first));
    world.close(&first).await;
    world.active_key(environment, "second").await;
    world.registry.clear_clipboard().await.expect("cleared");
    assert_eq!(world.clipboard.text(), None);
    assert_eq!(world.clipboard.selection(), None);
}

#[tokio::test]
async fn a_clearing_that_failed_can_be_tried_again() {
    let world = World::new().await;
    let environment = world.staging().await;
    world.active_key(environment, "ci").await;
    world.clipboard.become_(Mood::Refuses);
    assert_eq!(code(world.registry.clear_clipboard().await), "clear_failed");
    let hold = world.registry.clipboard_state().expect("it is still there");
    assert!(hold.remaining.is_some(), "and due");
    world.clipboard.become_(Mood::Works);
    world.registry.clear_clipboard().await.expect("cleared");
    assert_eq!(world.clipboard.text(), None);
}

#[tokio::test]
async fn never_means_no_countdown() {
    let world = World::new().await;
    let environment = world.staging().await;
    let settings = Settings {
        theme: Theme::System,
        clipboard_seconds: None,
        single_keys: true,
    };
    world
        .registry
        .change_settings(settings)
        .await
        .expect("changed");
    world.active_key(environment, "ci").await;
    let hold = world.registry.clipboard_state().expect("a key is there");
    assert_eq!((hold.seconds, hold.remaining), (None, None));
}

#[tokio::test]
async fn a_key_that_is_copied_while_the_clipboard_is_being_cleared_is_not_forgotten() {
    let world = World::new().await;
    let environment = world.staging().await;
    world.active_key(environment, "first").await;
    let second = world.issue(environment, "second").await;
    world
        .clipboard
        .become_(Mood::ClearsSlowly(Duration::from_millis(500)));
    let copying = async {
        while world.clipboard.text().is_some() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        world.copy(&second).await;
    };
    let (cleared, ()) = tokio::join!(world.registry.clear_clipboard(), copying);
    cleared.expect("cleared");
    assert_eq!(world.clipboard.text(), Some(plain(&second)));
    assert!(
        world.registry.clipboard_state().is_some(),
        "it has to be cleared in its turn"
    );
}
