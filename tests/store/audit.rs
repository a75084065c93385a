//! The audit log: rows are append-only by trigger, and manipulations without the triggers are detected.

use keystile_keys::{KeyId, os_random};
use keystile_store::{Action, AuditCheck, AuditEntry, Store, audit_rows};

use crate::temp_store::{NOW, TempStore, add_project};

/// Ten rows, the last of which names a key and no project.
pub(crate) async fn ten_rows(temp: &TempStore) -> Store {
    let store = temp.open().await;
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

pub(crate) async fn check(store: &Store) -> AuditCheck {
    store.check_audit().await.expect("a check")
}

pub(crate) async fn first_broken(store: &Store) -> Option<i64> {
    check(store).await.first_broken
}

#[tokio::test]
async fn audit_chain_of_many_changes_is_intact() {
    let temp = TempStore::new();
    let store = ten_rows(&temp).await;
    assert_eq!(first_broken(&store).await, None);
    let mut connection = store.read().await.expect("a connection");
    let rows = audit_rows(&mut connection, 3).await.expect("rows");
    let numbers: Vec<i64> = rows.iter().map(|row| row.seq).collect();
    assert_eq!(
        numbers,
        [4, 5, 6, 7, 8, 9, 10],
        "sequence numbers must have no gaps"
    );
    assert_eq!(rows[0].actor, "test");
    assert_eq!(rows[0].action, "project.created");
    assert_eq!(rows[0].detail, r#"{"name":"project 4"}"#);
}

#[tokio::test]
async fn audit_rows_cannot_be_changed_or_deleted() {
    let temp = TempStore::new();
    let store = ten_rows(&temp).await;
    let mut connection = temp.foreign_connection().await;
    for statement in [
        "UPDATE audit SET detail = '{}' WHERE seq = 3",
        "UPDATE audit SET seq = 99 WHERE seq = 10",
        "DELETE FROM audit WHERE seq = 10",
        "DELETE FROM audit",
    ] {
        let done = connection.execute(statement).await;
        let error = done.expect_err("audit rows are append-only");
        assert!(error.to_string().contains("append-only"), "{error}");
    }
    assert_eq!(first_broken(&store).await, None);
}

#[tokio::test]
async fn manipulation_without_triggers_is_detected() {
    for (tampering, broken) in [
        ("UPDATE audit SET detail = '{}' WHERE seq = 3", 3),
        ("UPDATE audit SET at = at + 1 WHERE seq = 3", 3),
        ("UPDATE audit SET actor = 'someone' WHERE seq = 1", 1),
        ("UPDATE audit SET action = 'key.revoked' WHERE seq = 10", 10),
        ("UPDATE audit SET project_id = '' WHERE seq = 10", 10),
        (
            "UPDATE audit SET project_id = key_id, key_id = NULL WHERE seq = 10",
            10,
        ),
        ("UPDATE audit SET mac = previous WHERE seq = 4", 4),
        ("UPDATE audit SET previous = mac WHERE seq = 4", 4),
        (
            "INSERT INTO audit (seq, at, actor, action, key_id, detail, install_key_id, previous, mac)
               SELECT -5, at, actor, action, key_id, detail, install_key_id, previous, mac FROM audit WHERE seq = 10",
            1,
        ),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq = 5", 5),
        (
            "DELETE FROM audit WHERE seq = 5; UPDATE audit SET seq = seq - 1 WHERE seq > 5",
            5,
        ),
        (
            "DELETE FROM audit WHERE seq = 6; UPDATE audit SET seq = 6 WHERE seq = 5;
             INSERT INTO audit (seq, at, actor, action, project_id, detail, install_key_id, previous, mac)
               SELECT 5, at, actor, action, project_id, detail, install_key_id, previous, mac FROM audit WHERE seq = 6",
            6,
        ),
        (
            "INSERT INTO audit (seq, at, actor, action, key_id, detail, install_key_id, previous, mac)
               SELECT 11, at, actor, action, key_id, detail, install_key_id, previous, mac FROM audit WHERE seq = 10",
            11,
        ),
    ] {
        let temp = TempStore::new();
        let store = ten_rows(&temp).await;
        temp.allow_audit_changes().await;
        temp.run_sql(tampering).await;
        assert_eq!(first_broken(&store).await, Some(broken), "{tampering}");
    }
}

#[tokio::test]
async fn truncated_log_is_detected_after_later_commits() {
    let temp = TempStore::new();
    let store = ten_rows(&temp).await;
    assert_eq!(check(&store).await.lost_end, None);
    temp.allow_audit_changes().await;
    temp.run_sql("DELETE FROM audit WHERE seq > 8").await;
    let found = check(&store).await;
    assert_eq!((found.first_broken, found.lost_end), (None, Some(10)));
    for name in ["one", "two", "three"] {
        let write = add_project(&store, name).await.expect("a change");
        write.commit().await.expect("stored");
        let found = check(&store).await;
        assert_eq!(
            found.lost_end,
            Some(10),
            "a new row must not replace the lost one"
        );
        assert!(!found.is_intact());
    }
    std::fs::remove_file(temp.store_path().join("audit.head")).expect("removed");
    assert!(
        check(&store).await.is_intact(),
        "deleting audit.head must accept a restored backup"
    );
}

#[tokio::test]
async fn missing_or_old_audit_head_is_accepted() {
    let temp = TempStore::new();
    let store = ten_rows(&temp).await;
    let path = temp.store_path().join("audit.head");
    assert_eq!(crate::temp_store::mode(&path), 0o600);
    let behind = std::fs::read(&path).expect("a file");
    let write = add_project(&store, "eleven").await.expect("a change");
    write.commit().await.expect("stored");
    for content in [Some(behind), Some(b"damaged".to_vec()), None] {
        match content {
            Some(content) => std::fs::write(&path, content).expect("written"),
            None => std::fs::remove_file(&path).expect("removed"),
        }
        assert!(check(&store).await.is_intact());
    }
    let write = add_project(&store, "twelve").await.expect("a change");
    write.commit().await.expect("stored");
    let text = std::fs::read_to_string(&path).expect("a file");
    assert!(
        text.starts_with("12 "),
        "audit.head must be replaced: {text}"
    );
}

#[tokio::test]
async fn concurrent_writers_keep_audit_log_intact() {
    let temp = TempStore::new();
    let (one, other) = (temp.open().await, temp.open().await);
    let write = async |store: &Store, name: &str| {
        for number in 0..15 {
            let write = add_project(store, &format!("{name} {number}")).await;
            write.expect("a change").commit().await.expect("stored");
            let found = check(store).await;
            assert!(
                found.is_intact(),
                "audit.head must contain a row of the log: {found:?}"
            );
        }
    };
    tokio::join!(write(&one, "one"), write(&other, "other"));
    assert_eq!(check(&one).await.rows, 30);
}
