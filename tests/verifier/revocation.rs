//! What one process has decided, the very next check in every other process honours.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keystile_keys::Permission;

use crate::fixture::{HashCost, NOW, VerifierFixture};

#[tokio::test]
async fn the_check_after_a_decision_knows_it() {
    let fixture = VerifierFixture::new().await;
    let verifiers = [fixture.open_verifier().await, fixture.open_verifier().await];
    for key in fixture.issue_keys(20, HashCost::Cheap).await {
        for verifier in &verifiers {
            assert_eq!(fixture.outcome(verifier, &key.text).await, "accepted");
        }
        fixture
            .registry
            .disable_key(key.id)
            .await
            .expect("disabled");
        for verifier in &verifiers {
            assert_eq!(fixture.outcome(verifier, &key.text).await, "disabled");
        }
        fixture.registry.enable_key(key.id).await.expect("enabled");
        for verifier in &verifiers {
            assert_eq!(fixture.outcome(verifier, &key.text).await, "accepted");
        }
        fixture
            .registry
            .revoke(key.id, None)
            .await
            .expect("revoked");
        for verifier in &verifiers {
            assert_eq!(fixture.outcome(verifier, &key.text).await, "revoked");
        }
    }
}

#[tokio::test]
async fn a_refresh_reads_again_only_what_changed() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let keys = fixture.issue_keys(50, HashCost::Cheap).await;
    for key in &keys {
        fixture.outcome(&verifier, &key.text).await;
    }
    let before = verifier.metrics();
    fixture
        .registry
        .revoke(keys[0].id, None)
        .await
        .expect("revoked");
    for key in &keys[1..] {
        assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    }
    let after = verifier.metrics();
    assert_eq!(
        after.refreshes,
        before.refreshes + 1,
        "one look for one commit"
    );
    assert_eq!(
        after.cached_keys, before.cached_keys,
        "nothing else was forgotten"
    );
    assert_eq!(
        after.argon2_runs, before.argon2_runs,
        "nothing was proven again"
    );
}

#[tokio::test]
async fn a_deleted_environment_opens_nothing_and_is_not_found() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    assert!(
        verifier
            .environment("shop/staging")
            .await
            .expect("an answer")
            .is_some()
    );
    fixture
        .registry
        .delete_environment(&fixture.environment, Some("Staging"))
        .await
        .expect("deleted");
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "revoked");
    assert!(
        verifier
            .environment("shop/staging")
            .await
            .expect("an answer")
            .is_none()
    );
}

#[tokio::test]
async fn another_programs_change_without_a_record_is_seen_too() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    let mut foreign = fixture.raw_connection().await;
    sqlx::query("UPDATE keys SET state = 'revoked'")
        .execute(&mut foreign)
        .await
        .expect("a change");
    assert_eq!(
        fixture.outcome(&verifier, &key.text).await,
        "revoked",
        "no audit row names the key, so every row is read again"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_check_that_begins_after_a_revocation_is_accepted_whatever_else_is_asked() {
    let fixture = Arc::new(VerifierFixture::new().await);
    let verifier = fixture.open_verifier().await;
    let keys = Arc::new(fixture.issue_keys(60, HashCost::Cheap).await);
    let over = Arc::new(AtomicBool::new(false));
    let askers: Vec<_> = (0..4)
        .map(|step| {
            let (fixture, verifier) = (Arc::clone(&fixture), verifier.clone());
            let (keys, over) = (Arc::clone(&keys), Arc::clone(&over));
            tokio::spawn(async move {
                let mut place = step;
                while !over.load(Ordering::Relaxed) {
                    place = (place + 7) % keys.len();
                    fixture.outcome(&verifier, &keys[place].text).await;
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    for key in keys.iter() {
        fixture
            .registry
            .revoke(key.id, None)
            .await
            .expect("revoked");
        let verification = verifier
            .verify(&key.text, &fixture.environment, Permission::Read, NOW)
            .await
            .expect("a verdict");
        assert!(!verification.is_accepted(), "a revoked key was accepted");
    }
    over.store(true, Ordering::Relaxed);
    for asker in askers {
        asker.await.expect("an asker");
    }
}
