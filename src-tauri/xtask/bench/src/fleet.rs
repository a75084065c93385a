//! Verifiers on one PostgreSQL database: checks with a lease, revocations, what idle replicas cost the server, a million
//! keys, and many replicas under load.

mod deployment;
mod load;

use std::time::{Duration, Instant};

use keystile_store::{KeyQuery, Store};
use keystile_test_postgres::PausingProxy;
use keystile_verifier::Verifier;

use crate::measurement::{Measurement, RUNS};
use crate::test_store::{HashCost, NOW, TestKeys, TestStore};
use crate::verify;
use deployment::Deployment;

/// The revocations of one run.
const REVOCATIONS: usize = 60;

pub(crate) async fn measure() -> Vec<Measurement> {
    let mut rows = Vec::new();
    for count in [1_000, 100_000] {
        rows.extend(checks(count).await);
    }
    for replicas in [3, 20] {
        rows.extend(revocations(replicas).await);
    }
    rows.extend(silent_replica().await);
    rows.extend(idle_replicas().await);
    rows.extend(million_keys().await);
    rows.extend(load::measure().await);
    rows
}

/// Measures checks with a lease, beside checks on SQLite in the same run.
async fn checks(count: usize) -> Vec<Measurement> {
    let sqlite = TestStore::with(count, HashCost::Minimal).await;
    let verifier = Verifier::open(&sqlite.path()).await.expect("a verifier");
    let on_sqlite = verify::accepted(&verifier, &sqlite.environment, &sqlite.texts).await;
    drop(verifier);
    let deployment = Deployment::create().await;
    let keys = TestKeys::add(&deployment.store, count, HashCost::Minimal).await;
    let verifier = deployment.verifier().await;
    let with_lease = verify::accepted(&verifier, &keys.environment, &keys.texts).await;
    let goal = if count <= 1_000 { 0.4 } else { 1.0 };
    let label = |name: &str| format!("{name}, {count} keys");
    vec![
        Measurement::new(label("check with a lease"), "µs", with_lease).at_most(goal),
        Measurement::new(label("check on SQLite"), "µs", on_sqlite),
    ]
}

/// Measures how long revocations take while all replicas are healthy.
async fn revocations(replicas: usize) -> Vec<Measurement> {
    let deployment = Deployment::create().await;
    let keys = TestKeys::add(&deployment.store, RUNS * REVOCATIONS, HashCost::Minimal).await;
    let mut verifiers = Vec::new();
    for _ in 0..replicas {
        verifiers.push(deployment.verifier().await);
    }
    let (mut p50, mut p99) = (Vec::new(), Vec::new());
    for ids in keys.ids.chunks(REVOCATIONS) {
        let mut times = Vec::with_capacity(ids.len());
        for id in ids {
            let begun = Instant::now();
            let propagation = deployment.revoke(&keys, *id).await;
            times.push(millis(begun.elapsed()));
            assert_eq!(
                propagation.replicas, replicas as u64,
                "each replica must acknowledge"
            );
        }
        times.sort_by(f64::total_cmp);
        p50.push(times[times.len() / 2]);
        p99.push(times[times.len() * 99 / 100]);
    }
    let goal = if replicas <= 3 { 50.0 } else { 100.0 };
    vec![
        Measurement::new(format!("revoke, {replicas} replicas, p50"), "ms", p50),
        Measurement::new(format!("revoke, {replicas} replicas, p99"), "ms", p99).at_most(goal),
    ]
}

/// Measures the first revocation after a replica was cut off, and those after it.
async fn silent_replica() -> Vec<Measurement> {
    let deployment = Deployment::create().await;
    let keys = TestKeys::add(&deployment.store, RUNS * REVOCATIONS, HashCost::Minimal).await;
    let healthy = [deployment.verifier().await, deployment.verifier().await];
    let proxy = PausingProxy::start(deployment.database.address());
    let (mut first, mut p99) = (Vec::new(), Vec::new());
    for ids in keys.ids.chunks(REVOCATIONS) {
        let cut_off = deployment.verifier_at(proxy.address()).await;
        proxy.pause();
        let mut times = Vec::with_capacity(ids.len());
        for id in ids {
            let begun = Instant::now();
            deployment.revoke(&keys, *id).await;
            times.push(millis(begun.elapsed()));
        }
        first.push(times.remove(0));
        times.sort_by(f64::total_cmp);
        p99.push(times[times.len() * 99 / 100]);
        proxy.resume();
        drop(cut_off);
    }
    drop(healthy);
    vec![
        Measurement::new("revoke, 1 of 3 cut off, the first", "ms", first).at_most(1_200.0),
        Measurement::new("revoke, 1 of 3 cut off, later p99", "ms", p99).at_most(50.0),
    ]
}

/// Measures what replicas cost the server that have nothing to do.
async fn idle_replicas() -> Vec<Measurement> {
    const REPLICAS: usize = 10;
    let deployment = Deployment::create().await;
    let _keys = TestKeys::add(&deployment.store, 100, HashCost::Minimal).await;
    let mut verifiers = Vec::new();
    for _ in 0..REPLICAS {
        verifiers.push(deployment.verifier().await);
    }
    // The filters of ids are built.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (mut statements, mut cpu, mut wal) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let before = deployment.server_load();
        let begun = Instant::now();
        tokio::time::sleep(Duration::from_secs(3)).await;
        let seconds = begun.elapsed().as_secs_f64() * REPLICAS as f64;
        let after = deployment.server_load();
        statements.push((after.statements - before.statements) / seconds);
        cpu.push((after.cpu_seconds - before.cpu_seconds) / seconds * 100.0);
        wal.push((after.wal_bytes - before.wal_bytes) / seconds);
    }
    vec![
        Measurement::new("idle replica, statements", "/s", statements).at_most(10.0),
        Measurement::new("idle replica, a core of the server", "%", cpu).at_most(1.0),
        Measurement::new("idle replica, write-ahead log", "B/s", wal),
    ]
}

/// Measures the start of a verifier on a million keys, and a page of their list.
async fn million_keys() -> Vec<Measurement> {
    let deployment = Deployment::create().await;
    let keys = TestKeys::add(&deployment.store, 1, HashCost::Minimal).await;
    deployment.add_keys(1_000_000);
    let (mut starts, mut pages) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let begun = Instant::now();
        let verifier = deployment.verifier().await;
        let verified = verifier
            .verify(
                &keys.texts[0],
                &keys.environment,
                keystile_keys::Permission::Write,
                NOW,
            )
            .await
            .expect("a decision");
        assert!(verified.is_accepted(), "a valid key");
        starts.push(begun.elapsed().as_secs_f64());
        drop(verifier);
        pages.push(page(&deployment.store, &keys).await);
    }
    vec![
        Measurement::new("1,000,000 keys, start to the first decision", "s", starts).at_most(5.0),
        Measurement::new("1,000,000 keys, first page", "ms", pages).at_most(50.0),
    ]
}

async fn page(store: &Store, keys: &TestKeys) -> f64 {
    let query = KeyQuery {
        limit: Some(50),
        ..KeyQuery::default()
    };
    let begun = Instant::now();
    let page = store.list_keys(&keys.environment, &query, NOW).await;
    assert_eq!(page.expect("a page").keys.len(), 50, "a full page");
    millis(begun.elapsed())
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
