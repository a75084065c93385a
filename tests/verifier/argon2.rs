//! Argon2id runs once per process and secret, behind a bounded queue.

use std::time::{Duration, Instant};

use keystile_keys::{Permissions, State};
use keystile_verifier::Verifier;

use crate::fixture::{HashCost, NOW, VerifierFixture, outcome_code};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_checks_of_a_key_run_argon2id_once() {
    let fixture = VerifierFixture::new().await;
    let keys = fixture.issue_keys(2, HashCost::Real).await;
    let verifier = fixture.open_verifier().await;
    let checks = (0..60).map(|number| {
        let (verifier, text) = (verifier.clone(), keys[number % 2].text.clone());
        tokio::spawn(async move { outcome_code(&verifier.identify(&text, NOW).await) })
    });
    for check in checks.collect::<Vec<_>>() {
        assert_eq!(check.await.expect("a check"), "accepted");
    }
    assert_eq!(verifier.metrics().argon2_runs, 2);
    let another = fixture.open_verifier().await;
    assert_eq!(fixture.outcome(&another, &keys[0].text).await, "accepted");
    assert_eq!(
        another.metrics().argon2_runs,
        1,
        "another verifier has no proofs"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn full_queue_fails_as_busy_and_rejects_no_key() {
    let fixture = VerifierFixture::new().await;
    let keys = fixture.issue_keys(40, HashCost::Real).await;
    let verifier = fixture
        .open_verifier_with(Verifier::builder().max_waiting_proofs(4))
        .await;
    let checks = keys.iter().map(|key| {
        let (verifier, text) = (verifier.clone(), key.text.clone());
        tokio::spawn(async move { outcome_code(&verifier.identify(&text, NOW).await) })
    });
    let mut outcomes = Vec::new();
    for check in checks.collect::<Vec<_>>() {
        outcomes.push(check.await.expect("a check"));
    }
    let count = |code: &str| outcomes.iter().filter(|outcome| **outcome == code).count();
    assert_eq!(
        count("accepted") + count("verifier_busy"),
        40,
        "{outcomes:?}"
    );
    assert!(count("verifier_busy") > 0, "{outcomes:?}");
    assert!(count("accepted") >= 4, "{outcomes:?}");
    assert_eq!(verifier.metrics().busy, count("verifier_busy") as u64);
    for key in &keys {
        assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    }
}

#[tokio::test]
async fn proof_that_waited_too_long_fails_as_busy() {
    let fixture = VerifierFixture::new().await;
    let key = fixture.issue_key().await;
    let verifier = fixture
        .open_verifier_with(Verifier::builder().proof_timeout(Duration::ZERO))
        .await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "verifier_busy");
    assert_eq!(verifier.metrics().argon2_runs, 0);
}

#[tokio::test]
async fn proof_of_a_canceled_check_is_kept() {
    let fixture = VerifierFixture::new().await;
    let key = fixture.issue_keys(1, HashCost::Real).await.remove(0);
    let verifier = fixture.open_verifier().await;
    let proof_started = async {
        while verifier.metrics().argon2_runs == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        biased;
        () = proof_started => {}
        outcome = fixture.outcome(&verifier, &key.text) => panic!("{outcome} before it was canceled"),
    }
    let started = Instant::now();
    while verifier.metrics().proven_secrets == 0 {
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "the proof must complete without its caller"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    assert_eq!(verifier.metrics().argon2_runs, 1);
}

#[tokio::test]
async fn key_revoked_during_its_proof_is_rejected() {
    let fixture = VerifierFixture::new().await;
    let key = fixture.issue_keys(1, HashCost::Real).await.remove(0);
    let verifier = fixture.open_verifier().await;
    let (outcome, _) = tokio::join!(fixture.outcome(&verifier, &key.text), async {
        tokio::time::sleep(Duration::from_millis(2)).await;
        fixture
            .registry
            .revoke(key.id, None)
            .await
            .expect("revoked");
        assert_eq!(
            fixture.outcome(&verifier, &key.text).await,
            "revoked",
            "a check that joins a running proof must read the state of the key again"
        );
    });
    assert!(
        matches!(outcome.as_str(), "revoked" | "accepted"),
        "{outcome}"
    );
}

#[tokio::test]
async fn tag_that_does_not_match_its_hash_is_rejected_after_one_proof() {
    let fixture = VerifierFixture::new().await;
    let key = fixture
        .issue_key_with_state(State::Active, Permissions::READ_WRITE)
        .await;
    let other = fixture.issue_key().await;
    fixture
        .run_sql(&format!(
            "UPDATE secret_versions SET phc = (SELECT phc FROM secret_versions WHERE key_id = '{}') WHERE key_id = '{}'",
            other.id, key.id
        ))
        .await;
    let verifier = fixture.open_verifier().await;
    for _ in 0..5 {
        assert_eq!(fixture.outcome(&verifier, &key.text).await, "unknown_key");
    }
    assert_eq!(verifier.metrics().argon2_runs, 1);
}
