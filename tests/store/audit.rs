//! The audit chain: append-only by trigger, and broken links are found when the triggers were removed.

use keystile_keys::{KeyId, os_random};
use keystile_store::{Action, AuditEntry, Store, audit_rows, first_broken_audit_row};
use sqlx::SqliteConnection;

use crate::ground::{Ground, NOW, add_project, sql};

/// Ten rows, the last of which names a key and no project.
async fn ten_rows(ground: &Ground) -> Store {
    let store = ground.open().await;
    for number in 1..10 {
        let write = add_project(&store, &format!("project {number}")).await;
        write.expect("a change").commit().await.expect("stored");
    }
    let mut write = store.write().await.expect("a transaction");
    let key = KeyId::generate(&mut os_random()).expect("an id");
    let entry = AuditEntry::new(Action::KeyIssued).key(key);
    write.record(NOW, entry).await.expect("recorded");
    write.commit().await.expect("stored");
    store
}

async fn first_broken(store: &Store) -> Option<i64> {
    let mut connection = store.read().await.expect("a connection");
    first_broken_audit_row(&mut connection).await.expect("rows")
}

#[tokio::test]
async fn the_chain_of_many_changes_is_unbroken() {
    let ground = Ground::new();
    let store = ten_rows(&ground).await;
    assert_eq!(first_broken(&store).await, None);
    let mut connection = store.read().await.expect("a connection");
    let rows = audit_rows(&mut connection, 3).await.expect("rows");
    let numbers: Vec<i64> = rows.iter().map(|row| row.seq).collect();
    assert_eq!(numbers, [4, 5, 6, 7, 8, 9, 10], "counted without gaps");
    assert_eq!(rows[0].actor, "test");
    assert_eq!(rows[0].action, "project.created");
    assert_eq!(rows[0].detail, r#"{"name":"project 4"}"#);
}

#[tokio::test]
async fn rows_are_neither_changed_nor_deleted() {
    let ground = Ground::new();
    let store = ten_rows(&ground).await;
    let mut connection = ground.foreign().await;
    for statement in [
        "UPDATE audit SET detail = '{}' WHERE seq = 3",
        "UPDATE audit SET seq = 99 WHERE seq = 10",
        "DELETE FROM audit WHERE seq = 10",
        "DELETE FROM audit",
    ] {
        let error = sqlx::query(statement)
            .execute(&mut connection)
            .await
            .expect_err("audit rows are append-only");
        assert!(error.to_string().contains("append-only"), "{error}");
    }
    assert_eq!(first_broken(&store).await, None);
}

async fn drop_triggers(connection: &mut SqliteConnection) {
    sql(
        connection,
        "DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_deleted",
    )
    .await;
}

#[tokio::test]
async fn whoever_removes_the_triggers_and_tampers_is_found() {
    for (tampering, broken) in [
        ("UPDATE audit SET detail = '{}' WHERE seq = 3", 3),
        ("UPDATE audit SET at = at + 1 WHERE seq = 3", 3),
        ("UPDATE audit SET actor = 'somebody' WHERE seq = 1", 1),
        ("UPDATE audit SET action = 'key.revoked' WHERE seq = 10", 10),
        ("UPDATE audit SET project_id = '' WHERE seq = 10", 10),
        (
            "UPDATE audit SET project_id = key_id, key_id = NULL WHERE seq = 10",
            10,
        ),
        ("UPDATE audit SET hash = zeroblob(32) WHERE seq = 4", 4),
        ("UPDATE audit SET previous = zeroblob(32) WHERE seq = 4", 4),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq = 5", 5),
        (
            "DELETE FROM audit WHERE seq = 5; UPDATE audit SET seq = seq - 1 WHERE seq > 5",
            5,
        ),
        (
            "INSERT OR REPLACE INTO audit SELECT 6, at, actor, action, project_id, environment_id, key_id, detail, previous, hash FROM audit WHERE seq = 5",
            6,
        ),
        (
            "INSERT INTO audit SELECT 11, at, actor, action, project_id, environment_id, key_id, detail, previous, hash FROM audit WHERE seq = 10",
            11,
        ),
    ] {
        let ground = Ground::new();
        let store = ten_rows(&ground).await;
        let mut connection = ground.foreign().await;
        drop_triggers(&mut connection).await;
        sql(&mut connection, tampering).await;
        assert_eq!(first_broken(&store).await, Some(broken), "{tampering}");
    }
}
