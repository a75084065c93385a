//! A flood of forged keys costs no Argon2id, no memory and, once the id filter is built, no database look-up.

use std::time::{Duration, Instant};

use keystile_verifier::Verifier;

use crate::fixture::{HashCost, VerifierFixture, forge_key_with_id, unissued_key};

/// More ids than the first filter of an empty database has capacity for.
const MORE_THAN_FILTER_CAPACITY: usize = 4200;

async fn wait_for_id_filters(verifier: &Verifier, count: u64) {
    let started = Instant::now();
    while verifier.metrics().id_filters_built < count {
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "id filter {count} is not built in the background"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn forged_keys_cost_no_argon2id_and_no_lookup() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let keys = fixture.issue_keys(20, HashCost::Cheap).await;
    wait_for_id_filters(&verifier, 1).await;
    for key in &keys {
        for _ in 0..50 {
            let forged = forge_key_with_id(&fixture.prefix, key.id);
            assert_eq!(fixture.outcome(&verifier, &forged).await, "unknown_key");
        }
    }
    let metrics = verifier.metrics();
    assert_eq!(
        metrics.key_lookups, 20,
        "each existing id is looked up once"
    );
    for _ in 0..2000 {
        let unissued = unissued_key(&fixture.prefix);
        assert_eq!(fixture.outcome(&verifier, &unissued).await, "unknown_key");
    }
    let metrics = verifier.metrics();
    assert_eq!(metrics.key_lookups, 20, "unknown ids are not looked up");
    assert_eq!(metrics.cached_keys, 20, "unknown ids are not cached");
    assert_eq!(
        metrics.argon2_runs, 0,
        "wrong secrets must not run Argon2id"
    );
    assert_eq!(metrics.proven_secrets, 0, "no right secret was presented");
}

#[tokio::test]
async fn new_key_is_accepted_while_the_id_filter_is_rebuilt() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let first = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &first.text).await, "accepted");
    wait_for_id_filters(&verifier, 1).await;
    for _ in 0..50 {
        let key = fixture.issue_key().await;
        assert_eq!(
            fixture.outcome(&verifier, &key.text).await,
            "accepted",
            "a key issued after the filter was built must be in it"
        );
    }
    let keys = fixture
        .issue_keys(MORE_THAN_FILTER_CAPACITY, HashCost::Cheap)
        .await;
    for key in keys.iter().step_by(10) {
        assert_eq!(
            fixture.outcome(&verifier, &key.text).await,
            "accepted",
            "a full filter must reject no existing key"
        );
    }
    wait_for_id_filters(&verifier, 2).await;
    let newest = fixture.issue_key().await;
    for key in [&first, &keys[0], &newest] {
        assert_eq!(
            fixture.outcome(&verifier, &key.text).await,
            "accepted",
            "the new filter must contain old and new ids"
        );
    }
    let before = verifier.metrics().key_lookups;
    for _ in 0..500 {
        let unissued = unissued_key(&fixture.prefix);
        assert_eq!(fixture.outcome(&verifier, &unissued).await, "unknown_key");
    }
    assert!(
        verifier.metrics().key_lookups <= before + 1,
        "the new filter must reject unknown ids"
    );
}
