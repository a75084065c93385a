//! A revocation on healthy verifiers.

use crate::fleet::Fleet;

#[tokio::test(flavor = "multi_thread")]
async fn revoked_key_is_rejected_by_every_replica_when_revoke_returns() {
    let fleet = Fleet::create().await;
    let keys = fleet.issue(20).await;
    let mut verifiers = Vec::new();
    for machine in ["one", "two", "three"] {
        verifiers.push(fleet.verifier_on(machine).await);
    }
    for key in &keys {
        for verifier in &verifiers {
            assert_eq!(
                fleet.outcome(verifier, key).await,
                "accepted",
                "an active key"
            );
        }
        let propagation = fleet.revoke(&fleet.store, key.id).await;
        for verifier in &verifiers {
            assert_eq!(
                fleet.outcome(verifier, key).await,
                "revoked",
                "a replica must know every revocation that has returned"
            );
        }
        assert_eq!(
            (propagation.replicas, propagation.silent),
            (3, Some(0)),
            "each replica must acknowledge: {propagation:?}"
        );
        println!("{:?}", propagation.waited);
    }
}
