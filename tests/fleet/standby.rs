//! Verifiers whose address leads to a standby, which may lack the last revocations.

use std::time::{Duration, Instant};

use keystile_store::{Store, StoreAddress};
use keystile_test_postgres::{PausingProxy, PostgresServer, TestDatabase};
use keystile_verifier::{Builder, Consistency};

use crate::fleet::Fleet;

/// Waits until the outcome of a check is as wanted.
async fn wait_for(check: impl AsyncFn() -> String, wanted: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let outcome = check().await;
        if outcome == wanted {
            return;
        }
        assert!(
            Instant::now() < deadline,
            "the outcome must become {wanted}, but is {outcome}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn refuses_a_standby(consistency: Consistency) {
    let server = PostgresServer::start();
    // Outlives the database, whose deletion waits for the standby.
    let standby;
    let database = TestDatabase::create_on(&server);
    let url = database.url();
    let fleet = Fleet::create_at(database, &url).await;
    let keys = fleet.issue(2).await;
    let proxy = PausingProxy::start(fleet.database.address());
    let address = fleet.address_of("one", &fleet.database.url_at(proxy.address()));
    let store = Store::open_at(&StoreAddress::Postgres(address), "test")
        .await
        .expect("a store");
    let verifier = Builder::default()
        .request_log(false)
        .consistency(consistency)
        .open_store(store)
        .await
        .expect("a verifier");
    for key in &keys {
        assert_eq!(fleet.outcome(&verifier, key).await, "accepted");
    }
    standby = server.start_synchronous_standby();
    proxy.redirect(standby.address());
    proxy.cut();
    wait_for(
        async || fleet.outcome(&verifier, &keys[0]).await,
        "unavailable",
    )
    .await;
    fleet.revoke(&fleet.store, keys[1].id).await;
    for _ in 0..100 {
        for key in &keys {
            assert_eq!(
                fleet.outcome(&verifier, key).await,
                "unavailable",
                "a standby must decide nothing"
            );
        }
    }
    proxy.redirect(server.address());
    proxy.cut();
    wait_for(
        async || fleet.outcome(&verifier, &keys[0]).await,
        "accepted",
    )
    .await;
    assert_eq!(fleet.outcome(&verifier, &keys[1]).await, "revoked");
}

#[tokio::test(flavor = "multi_thread")]
async fn verifier_that_asks_refuses_a_standby() {
    refuses_a_standby(Consistency::Ask).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn verifier_with_a_lease_refuses_a_standby() {
    refuses_a_standby(Consistency::Lease).await;
}
