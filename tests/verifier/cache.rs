//! The cache is bounded, and keys presented only with wrong secrets fill at most half of it.

use keystile_verifier::{Builder, Verifier};

use crate::fixture::{HashCost, VerifierFixture, forge_key_with_id};

fn limits(cached_keys: usize) -> Builder {
    Verifier::builder().max_cached_keys(cached_keys)
}

#[tokio::test]
async fn cache_stays_within_its_limit_and_proofs_outlive_eviction() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier_with(limits(64)).await;
    let keys = fixture.issue_keys(600, HashCost::Cheap).await;
    for round in 0..2 {
        for key in &keys {
            assert_eq!(
                fixture.outcome(&verifier, &key.text).await,
                "accepted",
                "round {round}"
            );
        }
        let metrics = verifier.metrics();
        assert!(
            metrics.cached_keys <= 64,
            "{} keys are cached",
            metrics.cached_keys
        );
        assert_eq!(metrics.proven_secrets, 600, "proofs outlive eviction");
        assert_eq!(
            metrics.argon2_runs, 600,
            "an evicted key is not proven again"
        );
    }
}

#[tokio::test]
async fn evicted_key_is_rejected_after_revocation() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier_with(limits(32)).await;
    let keys = fixture.issue_keys(200, HashCost::Cheap).await;
    for key in &keys {
        assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    }
    fixture
        .registry
        .revoke(keys[0].id, None)
        .await
        .expect("revoked");
    assert_eq!(fixture.outcome(&verifier, &keys[0].text).await, "revoked");
}

#[tokio::test]
async fn forged_keys_evict_no_key_in_use() {
    let fixture = VerifierFixture::new().await;
    let limit = 640;
    let verifier = fixture.open_verifier_with(limits(limit)).await;
    let keys = fixture.issue_keys(1500, HashCost::Cheap).await;
    let (used, guessed) = keys.split_at(100);
    for key in used {
        assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    }
    for (number, key) in guessed.iter().enumerate() {
        let forged = forge_key_with_id(&fixture.prefix, key.id);
        assert_eq!(fixture.outcome(&verifier, &forged).await, "unknown_key");
        // The keys in use are presented meanwhile.
        let used = &used[number % used.len()];
        assert_eq!(fixture.outcome(&verifier, &used.text).await, "accepted");
    }
    let metrics = verifier.metrics();
    assert_eq!(
        metrics.key_lookups,
        keys.len() as u64,
        "a key in use was evicted and looked up again"
    );
    assert!(
        metrics.cached_keys <= limit as u64,
        "{} keys are cached",
        metrics.cached_keys
    );
    let guessed = metrics.cached_keys - used.len() as u64;
    assert!(
        guessed <= limit as u64 / 2,
        "{guessed} of {limit} cached keys were presented only with wrong secrets"
    );
    assert_eq!(
        metrics.argon2_runs,
        used.len() as u64,
        "wrong secrets must not run Argon2id"
    );
}
