//! Pages of 100,000 keys in one environment: the first page in each order, a page in the middle, and a search.

use std::time::Instant;

use keystile_keys::{EnvironmentId, KeyId};
use keystile_store::{KeyFilter, KeyQuery, KeySort, Store, UsageFile};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Executor};

use crate::measurement::{Measurement, RUNS};
use crate::test_store::{NOW, TestStore};

const KEYS: u32 = 100_000;
/// Rows on a page of the window.
const PAGE: u32 = 100;
/// Searches of which the slowest twentieth is left out.
const SEARCHES: u32 = 100;

/// Keys with random ids and names of two words and a number; a tenth are revoked.
const FILL: &str = "
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
  INSERT INTO keys (id, environment_id, name, folded_name, permissions, state, created_at, claimed_at, ended_at)
    SELECT upper(substr(hex(randomblob(6)), 1, 12)), (SELECT id FROM environments), name, lower(name),
      iif(i % 3 = 0, 'read write', 'read'), iif(i % 10 = 0, 'revoked', 'active'), i, i, iif(i % 10 = 0, i, NULL)
    FROM (SELECT i, 'Worker ' || (abs(random()) % 1000) || ' of tenant ' || i AS name FROM n);
";

pub(crate) async fn measure() -> Vec<Measurement> {
    let (test_store, store) = TestStore::filled(FILL).await;
    add_usage(&store, &test_store).await;
    let environment = test_store.environment;
    let mut measurements = Vec::new();
    for (label, sort, is_descending) in [
        ("first page, newest first", KeySort::Created, true),
        ("first page, oldest first", KeySort::Created, false),
        ("first page, by name", KeySort::Name, false),
        ("first page, by permissions", KeySort::Permissions, false),
        ("first page, by state", KeySort::State, false),
        ("first page, by last use", KeySort::LastUsed, true),
    ] {
        let query = KeyQuery {
            sort,
            is_descending,
            ..usable_keys()
        };
        measurements.push(page(&store, environment, label, &query).await);
    }
    let middle = KeyQuery {
        offset: KEYS / 2,
        ..usable_keys()
    };
    measurements.push(page(&store, environment, "page in the middle", &middle).await);
    measurements.push(search(&store, environment).await);
    measurements
}

fn usable_keys() -> KeyQuery {
    KeyQuery {
        filter: KeyFilter::Usable,
        limit: Some(PAGE),
        ..KeyQuery::default()
    }
}

/// Adds a last use to every key.
async fn add_usage(store: &Store, test_store: &TestStore) {
    let file = UsageFile::open(&test_store.path()).await.expect("a file");
    file.close().await;
    let mut connection = SqliteConnectOptions::new()
        .filename(test_store.path().join("usage.db"))
        .connect()
        .await
        .expect("a connection");
    let database = store.path().expect("a SQLite store");
    let attach = format!("ATTACH '{}' AS keystile", database.display());
    connection.execute(&*attach).await.expect("attached");
    connection
        .execute(
            "INSERT INTO main.totals SELECT id, 10, 1, abs(random()) % 1000000, NULL FROM keystile.keys",
        )
        .await
        .expect("rows");
}

async fn page(
    store: &Store,
    environment: EnvironmentId,
    label: &str,
    query: &KeyQuery,
) -> Measurement {
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        let page = store
            .list_keys(&environment, query, NOW)
            .await
            .expect("a page");
        let ids: Vec<KeyId> = page.keys.iter().map(|key| key.id).collect();
        let usage = store.key_usage(&ids).await.expect("usage");
        runs.push(start.elapsed().as_secs_f64() * 1e3);
        assert_eq!(usage.len(), PAGE as usize, "a full page with usage");
    }
    Measurement::new(label, "ms", runs).at_most(50.0)
}

async fn search(store: &Store, environment: EnvironmentId) -> Measurement {
    let mut times = Vec::new();
    for number in 0..SEARCHES {
        let query = KeyQuery {
            search: format!("tenant {}", number * 997),
            ..usable_keys()
        };
        let start = Instant::now();
        let page = store
            .list_keys(&environment, &query, NOW)
            .await
            .expect("a page");
        times.push(start.elapsed().as_secs_f64() * 1e3);
        assert!(page.total > 0 || number * 997 % 10 == 0, "a match");
    }
    times.sort_by(f64::total_cmp);
    let p95 = times[times.len() * 95 / 100];
    Measurement::new("search, p95", "ms", vec![p95]).at_most(100.0)
}
