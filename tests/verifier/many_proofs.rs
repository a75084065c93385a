//! Many keys are proven after a restart. This takes all cores and is about the pool of threads, not about a database.

use std::time::{Duration, Instant};

use crate::fixture::{HashCost, NOW, VerifierFixture, outcome_code};

/// Needs all cores: `.config/nextest.toml` runs it alone. On a busy machine it takes as many keys as are hashed in 10
/// s.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousand_keys_are_proven_within_15_s_after_a_restart() {
    let fixture = VerifierFixture::new().await;
    let started = Instant::now();
    fixture.issue_keys(40, HashCost::Real).await;
    let in_10_s = 40.0 * 10.0 / started.elapsed().as_secs_f64();
    let count = (in_10_s as usize).clamp(100, 1000);
    let keys = fixture.issue_keys(count, HashCost::Real).await;
    let verifier = fixture.open_verifier().await;
    let started = Instant::now();
    let checks = keys.iter().flat_map(|key| {
        // Each is presented twice at the same time, as by a busy client.
        [0, 1].map(|_| {
            let (verifier, text) = (verifier.clone(), key.text.clone());
            tokio::spawn(async move { outcome_code(&verifier.identify(&text, NOW).await) })
        })
    });
    for check in checks.collect::<Vec<_>>() {
        assert_eq!(
            check.await.expect("a check"),
            "accepted",
            "a valid key must not fail"
        );
    }
    let elapsed = started.elapsed();
    println!("{} keys proven in {elapsed:?}", keys.len());
    assert!(elapsed < Duration::from_secs(15), "{elapsed:?}");
    assert_eq!(verifier.metrics().argon2_runs, keys.len() as u64);
    assert_eq!(verifier.metrics().busy, 0);
}
