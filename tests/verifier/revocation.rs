//! What one process commits, the next check in every other process sees.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keystile_keys::Permission;

use crate::fixture::{HashCost, NOW, VerifierFixture};

#[tokio::test]
async fn next_check_sees_disable_enable_and_revoke() {
    let fixture = VerifierFixture::new().await;
    let verifiers = [fixture.open_verifier().await, fixture.open_verifier().await];
    for key in fixture.issue_keys(20, HashCost::Cheap).await {
        for verifier in &verifiers {
            assert_eq!(fixture.outcome(verifier, &key.text).await, "accepted");
        }
        fixture
            .registry
            .disable_key(key.id, None)
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
async fn refresh_reloads_only_changed_keys() {
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
        "one refresh per commit"
    );
    assert_eq!(
        after.cached_keys, before.cached_keys,
        "other keys stay cached"
    );
    assert_eq!(
        after.argon2_runs, before.argon2_runs,
        "no key is proven again"
    );
}

#[tokio::test]
async fn deleted_environment_is_not_found_and_its_keys_are_rejected() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    assert!(
        verifier
            .environment("shop/staging")
            .await
            .expect("a decision")
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
            .expect("a decision")
            .is_none()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn revoked_key_is_rejected_during_concurrent_checks() {
    let fixture = Arc::new(VerifierFixture::new().await);
    let verifier = fixture.open_verifier().await;
    let keys = Arc::new(fixture.issue_keys(60, HashCost::Cheap).await);
    let is_done = Arc::new(AtomicBool::new(false));
    let tasks: Vec<_> = (0..4)
        .map(|step| {
            let (fixture, verifier) = (Arc::clone(&fixture), verifier.clone());
            let (keys, is_done) = (Arc::clone(&keys), Arc::clone(&is_done));
            tokio::spawn(async move {
                let mut index = step;
                while !is_done.load(Ordering::Relaxed) {
                    index = (index + 7) % keys.len();
                    fixture.outcome(&verifier, &keys[index].text).await;
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
            .expect("a decision");
        assert!(!verification.is_accepted(), "revoked key was accepted");
    }
    is_done.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.expect("a task");
    }
}
