//! A store of a million keys: the time from opening it to the first decision, and the memory. One statement writes the
//! rows, because issuing a million keys takes minutes.

use std::time::Instant;

use keystile_keys::Permission;
use keystile_verifier::Verifier;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Executor};

use crate::measurement::Measurement;
use crate::test_store::{HashCost, NOW, TestStore};

const FILL: &str = "
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
  INSERT INTO keys (id, environment_id, name, folded_name, permissions, state, created_at, claimed_at)
    SELECT printf('%012d', i), (SELECT id FROM environments), 'k' || i, 'k' || i, 'read', 'active', 1, 1 FROM n;
  INSERT INTO secret_versions (key_id, phc, tag, install_key_id, created_at, claimed_at, lock_file, prompt_closed_at,
      idempotency_key)
    SELECT k.id, (SELECT phc FROM secret_versions LIMIT 1), randomblob(32),
      (SELECT install_key_id FROM secret_versions LIMIT 1), 1, 1, '', 1, k.id FROM keys k WHERE k.name LIKE 'k%' AND k.id GLOB '0*';
";

pub(crate) async fn measure() -> Vec<Measurement> {
    let store = TestStore::with(1, HashCost::Minimal).await;
    let mut connection = SqliteConnectOptions::new()
        .filename(store.path().join("keystile.db"))
        .connect()
        .await
        .expect("a connection");
    connection.execute(FILL).await.expect("a million rows");
    drop(connection);
    let before = resident_mib();
    let start = Instant::now();
    let verifier = Verifier::open(&store.path()).await.expect("a verifier");
    let verification = verifier
        .verify(&store.texts[0], &store.environment, Permission::Read, NOW)
        .await
        .expect("a verification");
    let duration = start.elapsed().as_secs_f64() * 1e3;
    assert!(verification.is_accepted(), "a valid key");
    // Includes the memory of the filter of ids, which is built in the background.
    tokio::time::sleep(std::time::Duration::from_secs(10)).await;
    vec![
        Measurement::new("open 10⁶ keys, first decision", "ms", vec![duration]).at_most(200.0),
        Measurement::new("  memory after 10 s", "MiB", vec![resident_mib() - before]).at_most(60.0),
    ]
}

/// Returns the resident memory of this process.
fn resident_mib() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: f64 = line
        .and_then(|line| line.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(f64::NAN);
    kib / 1_024.0
}
