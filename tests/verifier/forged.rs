//! A flood of forged keys costs no proof, no memory, and, once all ids are known, no look into the database.

use std::time::{Duration, Instant};

use crate::world::{Cost, World, forged_for, made_up};

#[tokio::test]
async fn a_flood_of_forged_keys_never_runs_argon2id() {
    let world = World::new().await;
    let verifier = world.verifier().await;
    let keys = world.keys(20, Cost::Little).await;
    for key in &keys {
        for _ in 0..50 {
            let forged = forged_for(&world.prefix, key.id);
            assert_eq!(world.says(&verifier, &forged).await, "unknown_key");
        }
    }
    for _ in 0..2000 {
        assert_eq!(
            world.says(&verifier, &made_up(&world.prefix)).await,
            "unknown_key"
        );
    }
    let figures = verifier.metrics();
    assert_eq!(figures.argon2_runs, 0, "counted, not assumed");
    assert_eq!(figures.cached_keys, 20, "made-up ids are not remembered");
    assert_eq!(figures.proof_marks, 0);
}

#[tokio::test]
async fn a_new_key_is_never_taken_for_made_up() {
    let world = World::new().await;
    let verifier = world.verifier().await;
    let first = world.key().await;
    assert_eq!(world.says(&verifier, &first.text).await, "accepted");
    let begun = Instant::now();
    while !verifier.metrics().has_id_filter {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "the filter is built soon"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for _ in 0..50 {
        let key = world.key().await;
        assert_eq!(
            world.says(&verifier, &key.text).await,
            "accepted",
            "issued by another store after the filter was built"
        );
    }
    // More than a filter of this size has room for: it is built anew meanwhile.
    for key in world.keys(4200, Cost::Little).await.iter().step_by(10) {
        assert_eq!(world.says(&verifier, &key.text).await, "accepted");
    }
}
