//! Changes of 10,000 keys in one transaction, from the plan to the commit.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use keystile_keychain::Keychain;
use keystile_keys::Clock;
use keystile_registry::{BulkChange, Expiry, KeySelection, NoClipboard, Registry};
use keystile_store::{KeyFilter, KeyQuery};

use crate::measurement::{Measurement, RUNS};
use crate::test_store::TestStore;

const KEYS: usize = 10_000;

/// Active keys that expire in 2100.
const FILL: &str = "
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
  INSERT INTO keys (id, environment_id, name, folded_name, permissions, state, expires_at, created_at, claimed_at)
    SELECT printf('%012d', i), (SELECT id FROM environments), 'worker ' || i, 'worker ' || i, 'read', 'active',
      4102444800000, i, i FROM n";

pub(crate) async fn measure() -> Vec<Measurement> {
    let (test_store, store) = TestStore::filled(FILL).await;
    let registry = Registry::new(
        store,
        Keychain::system(),
        Arc::new(NoClipboard),
        Clock::system(),
    );
    let mut measurements = Vec::new();
    for (label, change) in [
        ("disable 10,000 keys", BulkChange::Disable(None)),
        ("extend 10,000 keys", BulkChange::Extend(Expiry::Never)),
        ("tag 10,000 keys", BulkChange::AddTag("ci".to_owned())),
    ] {
        let mut runs = Vec::new();
        for _ in 0..RUNS {
            let (milliseconds, undo) = apply(&registry, &test_store, &change).await;
            runs.push(milliseconds);
            let undo = undo.expect("a reversible change");
            let undone = registry.undo_bulk_change(&undo).await.expect("undone");
            assert!(
                undone.restored >= KEYS - 1,
                "the next run changes them again"
            );
        }
        measurements.push(Measurement::new(label, "ms", runs).at_most(2_000.0));
    }
    let (milliseconds, _) = apply(&registry, &test_store, &BulkChange::Revoke(None)).await;
    let revoke = Measurement::new("revoke 10,000 keys, once", "ms", vec![milliseconds]);
    measurements.push(revoke.at_most(2_000.0));
    measurements
}

async fn apply(
    registry: &Registry,
    test_store: &TestStore,
    change: &BulkChange,
) -> (f64, Option<keystile_registry::BulkUndo>) {
    let selection = KeySelection::Listed {
        query: KeyQuery {
            filter: KeyFilter::Usable,
            ..KeyQuery::default()
        },
        except: Vec::new(),
    };
    let start = Instant::now();
    let plan = registry
        .plan_bulk_change(&test_store.environment, &selection, change)
        .await
        .expect("a plan");
    let go_on = |_| ControlFlow::Continue(());
    let result = registry
        .apply_bulk_change(&plan, None, &go_on)
        .await
        .expect("applied");
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    assert!(result.changed >= KEYS - 1, "all keys change");
    (milliseconds, result.undo)
}
