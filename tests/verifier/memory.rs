//! Memory is bounded, keys that are only named take half of it at most, and proofs outlive what it lets go.

use keystile_verifier::{Builder, Verifier};

use crate::world::{Cost, World, forged_for};

fn limits(cached_keys: usize) -> Builder {
    Verifier::builder().max_cached_keys(cached_keys)
}

#[tokio::test]
async fn no_more_keys_are_held_than_the_limit_and_none_is_proven_twice() {
    let world = World::new().await;
    let verifier = world.verifier_with(limits(64)).await;
    let keys = world.keys(600, Cost::Little).await;
    for round in 0..2 {
        for key in &keys {
            assert_eq!(
                world.says(&verifier, &key.text).await,
                "accepted",
                "round {round}"
            );
        }
        let figures = verifier.metrics();
        assert!(
            figures.cached_keys <= 64,
            "{} keys are held",
            figures.cached_keys
        );
        assert_eq!(figures.proof_marks, 600, "proof marks are kept apart");
        assert_eq!(
            figures.argon2_runs, 600,
            "a key that was let go and comes back is not proven again"
        );
    }
}

#[tokio::test]
async fn a_revocation_reaches_a_key_that_memory_had_let_go() {
    let world = World::new().await;
    let verifier = world.verifier_with(limits(32)).await;
    let keys = world.keys(200, Cost::Little).await;
    for key in &keys {
        assert_eq!(world.says(&verifier, &key.text).await, "accepted");
    }
    world
        .registry
        .revoke(keys[0].id, None)
        .await
        .expect("revoked");
    assert_eq!(world.says(&verifier, &keys[0].text).await, "revoked");
}

#[tokio::test]
async fn keys_in_use_stay_while_others_are_only_named() {
    let world = World::new().await;
    let limit = 640;
    let verifier = world.verifier_with(limits(limit)).await;
    let keys = world.keys(1500, Cost::Little).await;
    let (used, named) = keys.split_at(100);
    for key in used {
        assert_eq!(world.says(&verifier, &key.text).await, "accepted");
    }
    for (number, key) in named.iter().enumerate() {
        let forged = forged_for(&world.prefix, key.id);
        assert_eq!(world.says(&verifier, &forged).await, "unknown_key");
        // Requests go on meanwhile.
        assert_eq!(
            world.says(&verifier, &used[number % used.len()].text).await,
            "accepted"
        );
    }
    let figures = verifier.metrics();
    assert!(figures.cached_keys <= limit as u64);
    let named_and_held = figures.cached_keys - used.len() as u64;
    assert!(
        named_and_held <= limit as u64 / 2,
        "{named_and_held} of {limit} places are taken by keys whose secret nobody has shown"
    );
    assert_eq!(figures.argon2_runs, used.len() as u64);
}
