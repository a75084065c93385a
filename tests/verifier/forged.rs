//! A flood of forged keys costs no proof, no memory, and, once all ids are known, no look into the database.

use std::time::{Duration, Instant};

use crate::fixture::{HashCost, VerifierFixture, forge_key_with_id, unissued_key};

#[tokio::test]
async fn a_flood_of_forged_keys_never_runs_argon2id() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let keys = fixture.issue_keys(20, HashCost::Cheap).await;
    for key in &keys {
        for _ in 0..50 {
            let forged = forge_key_with_id(&fixture.prefix, key.id);
            assert_eq!(fixture.outcome(&verifier, &forged).await, "unknown_key");
        }
    }
    for _ in 0..2000 {
        assert_eq!(
            fixture
                .outcome(&verifier, &unissued_key(&fixture.prefix))
                .await,
            "unknown_key"
        );
    }
    let figures = verifier.metrics();
    assert_eq!(figures.argon2_runs, 0, "counted, not assumed");
    assert_eq!(figures.cached_keys, 20, "made-up ids are not remembered");
    assert_eq!(figures.proven_secrets, 0);
}

#[tokio::test]
async fn a_new_key_is_never_taken_for_made_up() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let first = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &first.text).await, "accepted");
    let begun = Instant::now();
    while !verifier.metrics().has_id_filter {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "the filter is built soon"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for _ in 0..50 {
        let key = fixture.issue_key().await;
        assert_eq!(
            fixture.outcome(&verifier, &key.text).await,
            "accepted",
            "issued by another store after the filter was built"
        );
    }
    // More than a filter of this size has room for: it is built anew meanwhile.
    for key in fixture
        .issue_keys(4200, HashCost::Cheap)
        .await
        .iter()
        .step_by(10)
    {
        assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    }
}
