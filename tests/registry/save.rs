//! Saving to the keychain: never an entry without a row, never a row that outlives its entry for good.

use keystile_keys::State;
use keystile_store::KeychainEntryState;

use crate::credential_store::Mood;
use crate::world::{MAIN, World, code, plain};

#[tokio::test]
async fn a_key_is_saved_under_its_own_address_and_that_is_no_claim() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    let saved = world
        .registry
        .save(MAIN, &prompt.ticket)
        .await
        .expect("saved");
    assert!(saved.is_saved());
    let address = (format!("keystile/{environment}"), prompt.key.id.to_string());
    assert_eq!(world.credentials.entries(), [(address, plain(&prompt))]);
    assert_eq!(
        world.state(prompt.key.id).await,
        State::Pending,
        "Close stays disabled until the key was copied"
    );
    let before = world.actions().await;
    world
        .registry
        .save(MAIN, &prompt.ticket)
        .await
        .expect("saved already");
    assert_eq!(
        world.actions().await,
        before,
        "a second save changes nothing"
    );
}

#[tokio::test]
async fn the_row_is_committed_before_the_keychain_is_touched() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    let path = world.registry.store().path().to_owned();
    world.credentials.probe_writes(move || {
        // Another program looks, on a thread without a runtime.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            use sqlx::ConnectOptions;
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
            let mut connection = options.connect().await.expect("a connection");
            let rows: i64 =
                sqlx::query_scalar("SELECT count(*) FROM keychain_entries WHERE state = 'saving'")
                    .fetch_one(&mut connection)
                    .await
                    .expect("a count");
            rows == 1
        })
    });
    world
        .registry
        .save(MAIN, &prompt.ticket)
        .await
        .expect("saved");
    assert_eq!(
        world.credentials.probed(),
        [true],
        "a crash must leave a row without an entry, never the reverse"
    );
}

#[tokio::test]
async fn a_keychain_that_says_why_it_did_not_save_leaves_no_row() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    for (mood, expected) in [
        (Mood::Absent, "keychain_unavailable"),
        (Mood::Locked, "keychain_locked"),
        (Mood::Refuses, "keychain_access_denied"),
        (Mood::TooLong, "keychain_too_long"),
    ] {
        world.credentials.become_(mood);
        let error = world
            .registry
            .save(MAIN, &prompt.ticket)
            .await
            .err()
            .expect("not saved");
        assert_eq!(error.code(), expected);
        assert!(error.advice().ends_with('.'), "{expected} has a next step");
        assert_eq!(
            world.key(prompt.key.id).await.keychain,
            None,
            "{expected}: nothing was written, nothing is remembered"
        );
    }
    world.credentials.become_(Mood::Works);
    let saved = world.registry.save(MAIN, &prompt.ticket).await;
    assert_eq!(code(saved), "done", "a failure is not remembered");
}

#[tokio::test]
async fn after_a_failure_of_unknown_outcome_a_sweep_finds_out() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    world.credentials.become_(Mood::Broken);
    assert_eq!(
        code(world.registry.save(MAIN, &prompt.ticket).await),
        "keychain_failed"
    );
    assert_eq!(
        world.key(prompt.key.id).await.keychain,
        Some(KeychainEntryState::Saving),
        "it may have been written before it broke"
    );
    world.credentials.become_(Mood::Works);
    world.registry.sweep_keychain().await.expect("a sweep");
    assert_eq!(world.key(prompt.key.id).await.keychain, None);
}

#[tokio::test]
async fn a_failed_attempt_does_not_forget_what_an_earlier_one_may_have_written() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    world.credentials.become_(Mood::Hangs);
    assert_eq!(
        code(world.registry.save(MAIN, &prompt.ticket).await),
        "keychain_timeout"
    );
    world.credentials.become_(Mood::Works);
    while world.credentials.entries().is_empty() {
        tokio::task::yield_now().await;
    }
    world.credentials.become_(Mood::Locked);
    assert_eq!(
        code(world.registry.save(MAIN, &prompt.ticket).await),
        "keychain_locked"
    );
    assert!(
        world.key(prompt.key.id).await.keychain.is_some(),
        "the first attempt succeeded after it was given up"
    );
    world.credentials.become_(Mood::Works);
    world.registry.sweep_keychain().await.expect("a sweep");
    assert_eq!(
        world.key(prompt.key.id).await.keychain,
        Some(KeychainEntryState::Saved)
    );
}

#[tokio::test]
async fn a_save_that_hung_leaves_no_orphan_however_late_it_succeeds() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    world.credentials.become_(Mood::Hangs);
    assert_eq!(
        code(world.registry.save(MAIN, &prompt.ticket).await),
        "keychain_timeout"
    );
    world
        .registry
        .discard(MAIN, &prompt.ticket)
        .await
        .expect("discarded");
    // Another process has a keychain that answers. It finds nothing there yet, and must not believe it.
    let beside = world.with_other_credentials().await;
    beside.registry.sweep_keychain().await.expect("a sweep");
    assert_eq!(
        world.key(prompt.key.id).await.keychain,
        Some(KeychainEntryState::Removing),
        "while the first process lives, its call may still write"
    );
    world.credentials.become_(Mood::Works);
    while world.credentials.entries().is_empty() {
        tokio::task::yield_now().await;
    }
    world.registry.sweep_keychain().await.expect("a sweep");
    assert_eq!(
        world.credentials.entries(),
        [],
        "no living trace of a dead key"
    );
    assert_eq!(
        world.key(prompt.key.id).await.keychain,
        Some(KeychainEntryState::Removing),
        "the row outlives the process that may still write"
    );
    let beside = world.survive().await;
    beside.registry.sweep_keychain().await.expect("a sweep");
    assert_eq!(beside.key(prompt.key.id).await.keychain, None);
}

#[tokio::test]
async fn a_key_that_ended_gets_no_entry() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    world
        .registry
        .revoke(prompt.key.id, None)
        .await
        .expect("revoked");
    assert_eq!(
        code(world.registry.save(MAIN, &prompt.ticket).await),
        "key_ended"
    );
    assert_eq!(world.credentials.entries(), []);
}
