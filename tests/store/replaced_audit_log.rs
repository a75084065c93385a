//! Audit rows of another install key or another database file. A store on PostgreSQL does not open with another install
//! key.

use crate::audit::{check, first_broken, ten_rows};
use crate::temp_store::{TempStore, add_project, execute_sql};

#[tokio::test]
async fn rewritten_chain_is_detected() {
    let temp = TempStore::new();
    let store = ten_rows(&temp).await;
    let mut connection = temp.raw_connection().await;
    temp.allow_audit_changes().await;
    // An attacker with another install key, simulated with the rows of another store.
    let forger = TempStore::new();
    ten_rows(&forger).await.close().await;
    execute_sql(
        &mut connection,
        &format!(
            "ATTACH '{}' AS forged; DELETE FROM main.audit; INSERT INTO main.audit SELECT * FROM forged.audit; DETACH forged",
            forger.database_path().display()
        ),
    )
    .await;
    let found = check(&store).await;
    assert_eq!(
        found.lost_end,
        Some(10),
        "audit.head must detect the missing row"
    );
    let others = found
        .other_install_key
        .expect("rows of another install key");
    assert_eq!((others.first, others.last), (1, 10));
    // With the id of the current install key, the rows are not authentic.
    let own = add_project(&store, "own row").await.expect("a change");
    own.commit().await.expect("stored");
    execute_sql(
        &mut connection,
        "UPDATE audit SET install_key_id = (SELECT install_key_id FROM audit WHERE seq = 11) WHERE seq < 11",
    )
    .await;
    assert_eq!(first_broken(&store).await, Some(1));
}

#[tokio::test]
async fn audit_chain_continues_under_new_install_key() {
    let temp = TempStore::new();
    ten_rows(&temp).await.close().await;
    let path = temp.store_path().join("install.key");
    let first_key = std::fs::read(&path).expect("a file");
    std::fs::remove_file(&path).expect("removed");
    let store = temp.open().await;
    let write = add_project(&store, "eleven").await.expect("a change");
    write.commit().await.expect("stored");
    let found = check(&store).await;
    let others = found.other_install_key.expect("rows of the lost key");
    assert_eq!(
        (others.first, others.last, others.is_beginning),
        (1, 10, true)
    );
    assert!(
        found.is_intact(),
        "a lost install key is not a manipulation: {found:?}"
    );
    let mut connection = temp.raw_connection().await;
    temp.allow_audit_changes().await;
    execute_sql(
        &mut connection,
        "UPDATE audit SET at = at + 1 WHERE seq = 11",
    )
    .await;
    assert_eq!(
        first_broken(&store).await,
        Some(11),
        "manipulated new rows must be detected"
    );
    execute_sql(
        &mut connection,
        "UPDATE audit SET at = at - 1 WHERE seq = 11",
    )
    .await;
    store.close().await;
    drop(store);
    std::fs::write(&path, first_key).expect("restoring the old key");
    let store = temp.open().await;
    let found = check(&store).await;
    let others = found.other_install_key.expect("the row of the new key");
    assert_eq!(
        (others.first, others.last, others.is_beginning),
        (11, 11, false)
    );
    assert!(
        !found.is_intact(),
        "rows of another install key after own ones must be reported"
    );
}

#[tokio::test]
async fn new_database_ignores_audit_head_of_moved_one() {
    let temp = TempStore::new();
    ten_rows(&temp).await.close().await;
    std::fs::remove_file(temp.database_path()).expect("removed");
    let store = temp.open().await;
    let write = add_project(&store, "one").await.expect("a change");
    write.commit().await.expect("stored");
    assert!(check(&store).await.is_intact());
}
