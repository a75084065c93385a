//! Copying: the clipboard holds exactly the key and the claim is stored, or neither is believed.

use std::time::{Duration, Instant};

use keystile_keys::{Stage, State};
use sqlx::Connection;

use crate::clipboard::Mood;
use crate::world::{MAIN, World, code, plain};

#[tokio::test]
async fn a_copy_fills_the_clipboard_with_exactly_the_key_and_claims_it() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    let copied = world.copy(&prompt).await;
    assert_eq!(world.clipboard.text(), Some(plain(&prompt)));
    assert!(copied.is_copied(), "Close is enabled by this");
    assert_eq!(world.state(prompt.key.id).await, State::Active);
}

#[tokio::test]
async fn a_second_copy_fills_the_clipboard_and_changes_nothing_else() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    world.copy(&prompt).await;
    let before = (world.key(prompt.key.id).await, world.actions().await);
    let counter = world.registry.store().last_commit().expect("a counter");
    world.clipboard.put("something else");
    world.copy(&prompt).await;
    assert_eq!(world.clipboard.text(), Some(plain(&prompt)));
    let after = (world.key(prompt.key.id).await, world.actions().await);
    assert_eq!(before, after, "no second claim and no second audit row");
    assert_eq!(
        world.registry.store().last_commit().expect("a counter"),
        counter,
        "nothing was stored at all"
    );
}

#[tokio::test]
async fn two_copies_at_once_claim_once() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    let (one, other) = tokio::join!(
        world.registry.copy(MAIN, &prompt.ticket),
        world.registry.copy(MAIN, &prompt.ticket)
    );
    assert_eq!((code(one), code(other)), ("done", "done"));
    assert_eq!(world.count("key.claimed").await, 1);
    assert_eq!(world.clipboard.writes(), 2);
}

#[tokio::test]
async fn only_the_first_claim_activates_the_environment() {
    let world = World::new().await;
    let environment = world.environment("dev", Stage::Development).await;
    let activated_at = async || {
        let project = world.registry.list_projects().await.expect("projects")[0].id;
        let listed = world.registry.list_environments(&project).await;
        listed.expect("environments")[0].activated_at
    };
    let discarded = world.issue(environment, "discarded").await;
    world
        .registry
        .discard(MAIN, &discarded.ticket)
        .await
        .expect("discarded");
    assert_eq!(
        activated_at().await,
        None,
        "a discarded key activates nothing"
    );
    let first = world.issue(environment, "first").await;
    assert_eq!(activated_at().await, None, "neither does a pending one");
    assert!(world.copy(&first).await.activated, "the prompt says so");
    let at = activated_at().await;
    assert!(at.is_some(), "the first claim does");
    let second = world.issue(environment, "second").await;
    assert!(!world.copy(&second).await.activated);
    assert_eq!(activated_at().await, at, "the second changes nothing");
    assert_eq!(world.count("environment.activated").await, 1);
}

#[tokio::test]
async fn a_clipboard_that_refuses_leaves_the_key_pending() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    world.clipboard.become_(Mood::Refuses);
    let before = world.actions().await;
    assert_eq!(
        code(world.registry.copy(MAIN, &prompt.ticket).await),
        "copy_failed"
    );
    assert_eq!(world.state(prompt.key.id).await, State::Pending);
    assert_eq!(world.actions().await, before, "nothing was claimed");
    assert_eq!(
        code(world.registry.close(MAIN, &prompt.ticket).await),
        "not_copied"
    );
    world.clipboard.become_(Mood::Works);
    assert!(
        world.copy(&prompt).await.is_copied(),
        "Copy can be pressed again"
    );
}

#[tokio::test]
async fn a_clipboard_that_hangs_is_given_up_after_2_s_and_a_late_text_is_still_cleared() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    world
        .clipboard
        .become_(Mood::IsSlow(Duration::from_secs(3)));
    let begun = Instant::now();
    assert_eq!(
        code(world.registry.copy(MAIN, &prompt.ticket).await),
        "copy_timed_out"
    );
    assert!(
        begun.elapsed() < Duration::from_millis(2900),
        "2 s is the limit"
    );
    assert_eq!(world.state(prompt.key.id).await, State::Pending);
    assert_eq!(
        code(world.registry.close(MAIN, &prompt.ticket).await),
        "not_copied"
    );
    world.clipboard.become_(Mood::Works);
    world.clipboard.wait_for_writes(1).await;
    assert_eq!(world.clipboard.text(), Some(plain(&prompt)), "it came late");
    world
        .registry
        .clear_clipboard()
        .await
        .expect("a clipboard that answers again");
    assert_eq!(world.clipboard.text(), None, "it is known to be ours");
}

#[tokio::test]
async fn a_claim_that_cannot_be_stored_takes_the_key_out_of_the_clipboard_again() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    let mut reader = world.foreign_connection().await;
    let mut reading = reader.begin().await.expect("a transaction");
    sqlx::query("SELECT count(*) FROM keys")
        .execute(&mut *reading)
        .await
        .expect("a lock for reading");
    world.clipboard.select(&plain(&prompt));
    let error = world
        .registry
        .copy(MAIN, &prompt.ticket)
        .await
        .err()
        .expect("no commit while somebody reads");
    assert_eq!(error.code(), "not_claimed");
    assert_eq!(world.clipboard.writes(), 1, "the clipboard was filled");
    assert_eq!(
        world.clipboard.text(),
        None,
        "a key that opens nothing is taken out"
    );
    assert_eq!(world.clipboard.selection(), None, "also from the selection");
    assert_eq!(
        world.registry.clipboard_state(),
        None,
        "nothing is left to clear"
    );
    assert_eq!(world.state(prompt.key.id).await, State::Pending);
    assert_eq!(
        code(world.registry.close(MAIN, &prompt.ticket).await),
        "not_copied",
        "what was not recorded is not a copy"
    );
    reading.rollback().await.expect("the end of reading");
    assert!(world.copy(&prompt).await.is_copied(), "Copy works later");
    assert_eq!(world.count("key.claimed").await, 1);
}

#[tokio::test]
async fn what_the_user_copied_meanwhile_stays_when_a_claim_fails() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    let mut reader = world.foreign_connection().await;
    let mut reading = reader.begin().await.expect("a transaction");
    sqlx::query("SELECT count(*) FROM keys")
        .execute(&mut *reading)
        .await
        .expect("a lock for reading");
    let user = async {
        world.clipboard.wait_for_writes(1).await;
        world.clipboard.put("a recipe");
    };
    let (copied, ()) = tokio::join!(world.registry.copy(MAIN, &prompt.ticket), user);
    assert_eq!(code(copied), "not_claimed");
    assert_eq!(
        world.clipboard.text().as_deref(),
        Some("a recipe"),
        "only what Keystile put there is taken out"
    );
}

#[tokio::test]
async fn more_copies_at_once_than_the_database_has_connections_all_succeed() {
    let world = World::new().await;
    let environment = world.staging().await;
    let mut tickets = Vec::new();
    for number in 0..6 {
        let prompt = world.issue(environment, &format!("key {number}")).await;
        tickets.push(prompt.ticket);
    }
    let copies: Vec<_> = tickets
        .into_iter()
        .map(|ticket| {
            let registry = std::sync::Arc::clone(&world.registry);
            tokio::spawn(async move { code(registry.copy(MAIN, &ticket).await) })
        })
        .collect();
    for copy in copies {
        assert_eq!(
            copy.await.expect("no panic"),
            "done",
            "whoever writes waits for nothing that the others hold"
        );
    }
}
