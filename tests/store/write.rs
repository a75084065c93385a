//! Write transactions.

use std::time::{Duration, Instant};

use keystile_keys::{Name, ProjectId, os_random};
use keystile_store::ProjectRow;
use keystile_tests::diagnostic::error_code;

use crate::temp_store::{NOW, TempStore, add_project};

pub(crate) async fn names(store: &keystile_store::Store) -> Vec<String> {
    let mut connection = store.read().await.expect("a connection");
    let rows = ProjectRow::all(&mut connection).await.expect("projects");
    rows.into_iter().map(|row| row.name).collect()
}

#[tokio::test]
async fn commit_without_audit_row_fails() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let id = ProjectId::generate(&mut os_random()).expect("an id");
    let name = Name::parse("Acme Shop").expect("a name");
    let mut write = store.write().await.expect("a transaction");
    write.add_project(&id, &name, NOW).await.expect("added");
    let error = write.commit().await.expect_err("no audit row");
    assert_eq!(error_code(&error), "database_failed");
    assert_eq!(names(&store).await, Vec::<String>::new());
    add_project(&store, "Other")
        .await
        .expect("later writes must succeed")
        .commit()
        .await
        .expect("stored");
}

#[tokio::test]
async fn dropped_or_rolled_back_transaction_stores_nothing() {
    let temp = TempStore::new();
    let store = temp.open().await;
    drop(add_project(&store, "dropped").await.expect("a change"));
    let write = add_project(&store, "undone").await.expect("a change");
    write.roll_back().await.expect("undone");
    assert_eq!(names(&store).await, Vec::<String>::new());
}

#[tokio::test]
async fn second_writer_fails_after_busy_timeout() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let other = temp.open().await;
    let write = add_project(&other, "first").await.expect("a change");
    let begun = Instant::now();
    let error = store
        .write()
        .await
        .expect_err("another writer holds the lock");
    assert_eq!(error_code(&error), "database_busy");
    let waited = begun.elapsed();
    assert!(
        waited > Duration::from_secs(4) && waited < Duration::from_secs(8),
        "{waited:?}"
    );
    write.commit().await.expect("stored");
    let write = add_project(&store, "second").await.expect("free again");
    write.commit().await.expect("stored");
    let mut stored = names(&store).await;
    stored.sort_unstable();
    assert_eq!(stored, ["first", "second"]);
}

#[tokio::test]
async fn duplicate_name_is_reported_with_its_rule() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let write = add_project(&store, "Acme").await.expect("a change");
    write.commit().await.expect("stored");
    let error = add_project(&store, "ACME").await.expect_err("taken");
    assert_eq!(error_code(&error), "name_taken");
    assert_eq!(
        error.to_string(),
        "A project with this name already exists."
    );
}
