//! Argon2id: once per process and secret version, never without bound, never for nothing.

use std::time::{Duration, Instant};

use keystile_keys::{Permissions, State};
use keystile_verifier::Verifier;

use crate::fixture::{HashCost, NOW, VerifierFixture, outcome_code};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_is_proven_once_however_many_ask_at_once() {
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
        "another process proves for itself"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_is_busy_and_no_refusal() {
    let fixture = VerifierFixture::new().await;
    let keys = fixture.issue_keys(40, HashCost::Real).await;
    let verifier = fixture
        .open_verifier_with(Verifier::builder().max_waiting_proofs(4))
        .await;
    let checks = keys.iter().map(|key| {
        let (verifier, text) = (verifier.clone(), key.text.clone());
        tokio::spawn(async move { outcome_code(&verifier.identify(&text, NOW).await) })
    });
    let mut said = Vec::new();
    for check in checks.collect::<Vec<_>>() {
        said.push(check.await.expect("a check"));
    }
    let count = |wanted: &str| said.iter().filter(|word| **word == wanted).count();
    assert_eq!(count("accepted") + count("verifier_busy"), 40, "{said:?}");
    assert!(count("verifier_busy") > 0, "{said:?}");
    assert!(count("accepted") >= 4, "{said:?}");
    assert_eq!(verifier.metrics().busy, count("verifier_busy") as u64);
    for key in &keys {
        assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    }
}

#[tokio::test]
async fn a_proof_that_waited_too_long_is_busy() {
    let fixture = VerifierFixture::new().await;
    let key = fixture.issue_key().await;
    let verifier = fixture
        .open_verifier_with(Verifier::builder().proof_timeout(Duration::ZERO))
        .await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "verifier_busy");
    assert_eq!(verifier.metrics().argon2_runs, 0);
}

#[tokio::test]
async fn a_proof_whose_asker_gave_up_is_not_lost() {
    let fixture = VerifierFixture::new().await;
    let key = fixture.issue_keys(1, HashCost::Real).await.remove(0);
    let verifier = fixture.open_verifier().await;
    let begun_to_prove = async {
        while verifier.metrics().argon2_runs == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        biased;
        () = begun_to_prove => {}
        said = fixture.outcome(&verifier, &key.text) => panic!("{said} before it was given up"),
    }
    let begun = Instant::now();
    while verifier.metrics().proven_secrets == 0 {
        assert!(begun.elapsed() < Duration::from_secs(5), "it goes on");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    assert_eq!(verifier.metrics().argon2_runs, 1);
}

#[tokio::test]
async fn a_key_that_is_ended_while_it_is_proven_is_refused() {
    let fixture = VerifierFixture::new().await;
    let key = fixture.issue_keys(1, HashCost::Real).await.remove(0);
    let verifier = fixture.open_verifier().await;
    let (said, _) = tokio::join!(fixture.outcome(&verifier, &key.text), async {
        tokio::time::sleep(Duration::from_millis(2)).await;
        fixture
            .registry
            .revoke(key.id, None)
            .await
            .expect("revoked");
        assert_eq!(
            fixture.outcome(&verifier, &key.text).await,
            "revoked",
            "a check that begins now waits for the same proof and then looks again"
        );
    });
    assert!(matches!(said, "revoked" | "accepted"), "{said}");
}

#[tokio::test]
async fn a_tag_without_its_hash_opens_nothing_and_is_asked_about_once() {
    let fixture = VerifierFixture::new().await;
    let key = fixture
        .issue_key_with_state(State::Active, Permissions::READ_WRITE)
        .await;
    let other = fixture.issue_key().await;
    let mut foreign = fixture.raw_connection().await;
    sqlx::query(
        "UPDATE secret_versions SET phc = (SELECT phc FROM secret_versions WHERE key_id = ?) WHERE key_id = ?",
    )
    .bind(other.id.as_str())
    .bind(key.id.as_str())
    .execute(&mut foreign)
    .await
    .expect("a forged row");
    let verifier = fixture.open_verifier().await;
    for _ in 0..5 {
        assert_eq!(fixture.outcome(&verifier, &key.text).await, "unknown_key");
    }
    assert_eq!(verifier.metrics().argon2_runs, 1);
}

/// All cores are needed: `.config/nextest.toml` runs it alone. A machine that is busy with other work proves fewer keys in
/// the same time; then it is asked for as many as it hashes in 10 s.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restart_a_thousand_keys_in_use_are_all_answered_within_15_s() {
    let fixture = VerifierFixture::new().await;
    let begun = Instant::now();
    fixture.issue_keys(40, HashCost::Real).await;
    let in_10_s = 40.0 * 10.0 / begun.elapsed().as_secs_f64();
    let count = (in_10_s as usize).clamp(100, 1000);
    let keys = fixture.issue_keys(count, HashCost::Real).await;
    let verifier = fixture.open_verifier().await;
    let begun = Instant::now();
    let checks = keys.iter().flat_map(|key| {
        // Each is shown twice at once, as a busy client does.
        [0, 1].map(|_| {
            let (verifier, text) = (verifier.clone(), key.text.clone());
            tokio::spawn(async move { outcome_code(&verifier.identify(&text, NOW).await) })
        })
    });
    for check in checks.collect::<Vec<_>>() {
        assert_eq!(
            check.await.expect("a check"),
            "accepted",
            "no good request gets 503"
        );
    }
    let took = begun.elapsed();
    println!("{} keys proven in {took:?}", keys.len());
    assert!(took < Duration::from_secs(15), "{took:?}");
    assert_eq!(verifier.metrics().argon2_runs, keys.len() as u64);
    assert_eq!(verifier.metrics().busy, 0);
}
