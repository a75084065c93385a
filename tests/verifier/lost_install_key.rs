//! A lost install key: each key is verified by Argon2id and gets a new tag.

use std::fs;
use std::time::{Duration, Instant};

use keystile_store::{Store, audit_rows};
use keystile_verifier::Verifier;

use crate::fixture::{HashCost, VerifierFixture, forge_key_with_id};

#[tokio::test]
async fn lost_install_key_rejects_no_key_and_retags_each_once() {
    let fixture = VerifierFixture::new().await;
    let keys = fixture.issue_keys(5, HashCost::Cheap).await;
    fs::remove_file(fixture.store_path().join("install.key")).expect("lost");
    let verifier = fixture.open_verifier().await;
    for _ in 0..3 {
        for key in &keys {
            assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
        }
    }
    assert_eq!(verifier.metrics().argon2_runs, 5, "each key is proven once");
    let started = Instant::now();
    while tagged(&fixture.store).await < 5 {
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "new tags are stored in the background"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for key in &keys {
        assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
        let forged = forge_key_with_id(&fixture.prefix, key.id);
        assert_eq!(fixture.outcome(&verifier, &forged).await, "unknown_key");
    }
    assert_eq!(
        verifier.metrics().argon2_runs,
        5,
        "with new tags, a forged key costs no Argon2id"
    );
    let next = fixture.open_verifier().await;
    for key in &keys {
        let forged = forge_key_with_id(&fixture.prefix, key.id);
        assert_eq!(fixture.outcome(&next, &forged).await, "unknown_key");
    }
    assert_eq!(
        next.metrics().argon2_runs,
        0,
        "the next process uses the stored tags"
    );
    assert_eq!(tagged(&fixture.store).await, 5, "each tag is stored once");
}

#[tokio::test]
async fn forged_keys_fill_half_of_the_queue_while_tags_are_stale() {
    let fixture = VerifierFixture::new().await;
    let keys = fixture.issue_keys(1, HashCost::Real).await;
    fs::remove_file(fixture.store_path().join("install.key")).expect("lost");
    let verifier = fixture
        .open_verifier_with(Verifier::builder().max_waiting_proofs(8))
        .await;
    let forged: Vec<_> = (0..40)
        .map(|_| forge_key_with_id(&fixture.prefix, keys[0].id))
        .collect();
    let checks = forged.into_iter().map(|text| {
        let verifier = verifier.clone();
        tokio::spawn(async move {
            crate::fixture::outcome_code(&verifier.identify(&text, crate::fixture::NOW).await)
        })
    });
    let mut busy = 0;
    for check in checks.collect::<Vec<_>>() {
        match check.await.expect("a check").as_str() {
            "unknown_key" => {}
            "verifier_busy" => busy += 1,
            other => panic!("a forged key was {other}"),
        }
    }
    assert!(busy > 0, "a flood must not fill the queue");
    assert_eq!(fixture.outcome(&verifier, &keys[0].text).await, "accepted");
}

#[tokio::test]
async fn forged_secrets_of_one_key_delay_no_other_key() {
    let fixture = VerifierFixture::new().await;
    let keys = fixture.issue_keys(2, HashCost::Real).await;
    fs::remove_file(fixture.store_path().join("install.key")).expect("lost");
    let verifier = fixture.open_verifier().await;
    let forged: Vec<_> = (0..300)
        .map(|_| {
            let (verifier, text) = (
                verifier.clone(),
                forge_key_with_id(&fixture.prefix, keys[0].id),
            );
            tokio::spawn(async move { verifier.identify(&text, crate::fixture::NOW).await })
        })
        .collect();
    while verifier.metrics().busy == 0 {
        tokio::task::yield_now().await;
    }
    let before = verifier.metrics().argon2_runs;
    assert_eq!(fixture.outcome(&verifier, &keys[1].text).await, "accepted");
    let waited_for = verifier.metrics().argon2_runs - before;
    assert!(
        waited_for <= 8,
        "a valid key waited for {waited_for} proofs of forged ones"
    );
    for check in forged {
        assert!(
            !check
                .await
                .expect("a check")
                .is_ok_and(|it| it.is_accepted()),
            "a forged key is never accepted"
        );
    }
}

async fn tagged(store: &Store) -> usize {
    let mut connection = store.read().await.expect("a connection");
    let rows = audit_rows(&mut connection, 0).await.expect("rows");
    rows.iter().filter(|row| row.action == "key.tagged").count()
}
