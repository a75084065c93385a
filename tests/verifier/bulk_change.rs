//! Checks during a change of many keys.

use std::ops::ControlFlow;
use std::sync::Mutex;

use keystile_registry::{BulkChange, KeySelection};
use keystile_store::KeyQuery;

use crate::fixture::{HashCost, VerifierFixture};

/// 10,000 active keys without a secret.
const FILL: &str = "
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
  INSERT INTO keys (id, environment_id, name, folded_name, permissions, state, created_at, claimed_at)
    SELECT substr(CAST(1000000000000 + i AS text), 2), (SELECT id FROM environments), 'worker ' || i, 'worker ' || i,
      'read', 'active', i, i
    FROM n";

#[tokio::test(flavor = "multi_thread")]
async fn checks_are_decided_until_a_change_of_10000_keys_is_committed() {
    let fixture = VerifierFixture::new().await;
    // A key that was not checked before is read from the database.
    let keys = fixture.issue_keys(21, HashCost::Cheap).await;
    fixture.run_sql(FILL).await;
    let verifier = fixture.open_verifier().await;
    let selection = KeySelection::Listed {
        query: KeyQuery::default(),
        except: Vec::new(),
    };
    let plan = fixture
        .registry
        .plan_bulk_change(&fixture.environment, &selection, &BulkChange::Disable(None))
        .await
        .expect("a plan");
    let outcomes = Mutex::new(Vec::new());
    let check = |_| {
        let mut outcomes = outcomes.lock().expect("no panic");
        let key = &keys[outcomes.len()];
        let outcome = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(fixture.outcome(&verifier, &key.text))
        });
        outcomes.push(outcome);
        ControlFlow::Continue(())
    };
    let result = fixture
        .registry
        .apply_bulk_change(&plan, None, &check)
        .await;
    assert_eq!(result.expect("applied").changed, 10_021);
    let outcomes = outcomes.into_inner().expect("no panic");
    assert_eq!(
        outcomes,
        vec!["accepted"; 21],
        "a transaction must lock out checks only during its commit"
    );
    assert_eq!(fixture.outcome(&verifier, &keys[0].text).await, "disabled");
}
