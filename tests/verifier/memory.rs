//! Memory is bounded, keys that are only named take half of it at most, and proofs outlive what it lets go.

use keystile_verifier::{Builder, Verifier};

use crate::fixture::{HashCost, VerifierFixture, forge_key_with_id};

fn limits(cached_keys: usize) -> Builder {
    Verifier::builder().max_cached_keys(cached_keys)
}

#[tokio::test]
async fn no_more_keys_are_held_than_the_limit_and_none_is_proven_twice() {
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
        let figures = verifier.metrics();
        assert!(
            figures.cached_keys <= 64,
            "{} keys are held",
            figures.cached_keys
        );
        assert_eq!(figures.proven_secrets, 600, "proof marks are kept apart");
        assert_eq!(
            figures.argon2_runs, 600,
            "a key that was let go and comes back is not proven again"
        );
    }
}

#[tokio::test]
async fn a_revocation_reaches_a_key_that_memory_had_let_go() {
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
async fn keys_in_use_stay_while_others_are_only_named() {
    let fixture = VerifierFixture::new().await;
    let limit = 640;
    let verifier = fixture.open_verifier_with(limits(limit)).await;
    let keys = fixture.issue_keys(1500, HashCost::Cheap).await;
    let (used, named) = keys.split_at(100);
    for key in used {
        assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    }
    for (number, key) in named.iter().enumerate() {
        let forged = forge_key_with_id(&fixture.prefix, key.id);
        assert_eq!(fixture.outcome(&verifier, &forged).await, "unknown_key");
        // Requests go on meanwhile.
        assert_eq!(
            fixture
                .outcome(&verifier, &used[number % used.len()].text)
                .await,
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
