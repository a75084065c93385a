//! A store of a million keys: how long from opening it to the first verdict, and how much memory that takes. The rows are
//! written in one statement, because a million issued keys would take minutes.

use std::time::Instant;

use keystile_keys::Permission;
use keystile_verifier::Verifier;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Executor};

use crate::keys::{Cost, Filled, NOW};
use crate::rows::Row;

const FILL: &str = "
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
  INSERT INTO keys (id, environment_id, name, folded_name, permissions, state, created_at, claimed_at, lock_file,
      prompt_closed_at, idempotency_key)
    SELECT printf('%012d', i), (SELECT id FROM environments), 'k' || i, 'k' || i, 'read', 'active', 1, 1, '', 1, 'i' || i
    FROM n;
  INSERT INTO secret_versions (key_id, phc, tag, install_key_id, created_at)
    SELECT k.id, (SELECT phc FROM secret_versions LIMIT 1), randomblob(32),
      (SELECT install_key_id FROM secret_versions LIMIT 1), 1 FROM keys k WHERE k.name LIKE 'k%' AND k.id GLOB '0*';
";

pub(crate) async fn million() -> Vec<Row> {
    let filled = Filled::with(1, Cost::Little).await;
    let mut connection = SqliteConnectOptions::new()
        .filename(filled.path().join("keystile.db"))
        .connect()
        .await
        .expect("a connection");
    connection.execute(FILL).await.expect("a million rows");
    drop(connection);
    let before = resident_mib();
    let begun = Instant::now();
    let verifier = Verifier::open(&filled.path()).await.expect("a verifier");
    let verification = verifier
        .verify(&filled.texts[0], &filled.environment, Permission::Read, NOW)
        .await
        .expect("an answer");
    let took = begun.elapsed().as_secs_f64() * 1e3;
    assert!(verification.is_accepted(), "the one key that was issued");
    // The filter of ids is built in the background; its memory counts too.
    tokio::time::sleep(std::time::Duration::from_secs(10)).await;
    vec![
        Row::new("open 10⁶ keys, first verdict", "ms", vec![took]).at_most(200.0),
        Row::new(
            "  and memory, 10 s later",
            "MiB",
            vec![resident_mib() - before],
        )
        .at_most(60.0),
    ]
}

/// Resident memory of this process.
fn resident_mib() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: f64 = line
        .and_then(|line| line.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(f64::NAN);
    kib / 1_024.0
}
