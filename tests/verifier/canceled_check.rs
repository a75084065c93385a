//! A check whose caller does not wait for it.

use std::time::{Duration, Instant};

use crate::fixture::{HashCost, VerifierFixture};

#[tokio::test]
async fn canceled_check_leaves_no_read_lock() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    for key in fixture.issue_keys(100, HashCost::Cheap).await {
        let check = fixture.outcome(&verifier, &key.text);
        // Canceled at an arbitrary point.
        drop(tokio::time::timeout(Duration::from_micros(50), check).await);
    }
    let started = Instant::now();
    fixture.issue_key().await;
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "a canceled check must not block writers"
    );
}
