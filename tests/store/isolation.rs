//! Servers whose transactions are isolated more strictly by default.

use keystile_keys::{KeyId, Permission, os_random};
use keystile_store::{Store, UsageWriter, UseCount};

use crate::temp_store::{NOW, TempStore, add_project};

const USES: u64 = 20;

async fn add_projects(store: &Store, prefix: &str) {
    for number in 0..20 {
        let write = add_project(store, &format!("{prefix} {number}")).await;
        write.expect("a change").commit().await.expect("stored");
    }
}

async fn count_uses(store: &Store, key: KeyId) {
    let writer = UsageWriter::open(store).await.expect("the counts");
    for _ in 0..USES {
        let count = UseCount {
            key,
            hour: NOW,
            permission: Permission::Read,
            allowed: 1,
            denied: 0,
        };
        writer.add(&[count], &[], &[]).await.expect("written");
    }
}

#[tokio::test]
async fn writers_see_the_commits_before_theirs_whatever_the_default_isolation_is() {
    for isolation in ["repeatable read", "serializable"] {
        let temp = TempStore::new();
        temp.open().await.close().await;
        temp.run_sql(&format!(
            "DO $do$ BEGIN
               EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = %L', current_database(), '{isolation}');
             END $do$"
        ))
        .await;
        let (one, other) = (temp.open().await, temp.open().await);
        tokio::join!(add_projects(&one, "one"), add_projects(&other, "other"));
        let check = one.check_audit().await.expect("a check");
        assert!(check.is_intact(), "{isolation}: {check:?}");
        assert_eq!(check.rows, 40, "{isolation}");
        let key = KeyId::generate(&mut os_random()).expect("an id");
        tokio::join!(count_uses(&one, key), count_uses(&other, key));
        let usage = one.key_usage(&[key]).await.expect("usage");
        assert_eq!(usage[0].allowed, 2 * USES, "{isolation}: no count is lost");
    }
}
