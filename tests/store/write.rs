//! Write transactions: with an audit row or not at all, and alone.

use std::time::{Duration, Instant};

use keystile_keys::{Name, ProjectId, os_random};
use keystile_store::ProjectRow;
use sqlx::Connection;

use crate::ground::{Ground, NOW, add_project, sql};

async fn names(store: &keystile_store::Store) -> Vec<String> {
    let mut connection = store.read().await.expect("a connection");
    let rows = ProjectRow::all(&mut connection).await.expect("projects");
    rows.into_iter().map(|row| row.name).collect()
}

#[tokio::test]
async fn a_change_without_an_audit_row_is_not_stored() {
    let ground = Ground::new();
    let store = ground.open().await;
    let id = ProjectId::generate(&mut os_random()).expect("an id");
    let name = Name::parse("Acme Shop").expect("a name");
    let mut write = store.write().await.expect("a transaction");
    write.add_project(&id, &name, NOW).await.expect("added");
    let error = write.commit().await.expect_err("nothing was recorded");
    assert_eq!(error.code(), "database_failed");
    assert_eq!(names(&store).await, Vec::<String>::new());
    add_project(&store, "Other")
        .await
        .expect("the next one is not hindered")
        .commit()
        .await
        .expect("stored");
}

#[tokio::test]
async fn a_transaction_that_is_dropped_or_rolled_back_stores_nothing() {
    let ground = Ground::new();
    let store = ground.open().await;
    drop(add_project(&store, "dropped").await.expect("a change"));
    let write = add_project(&store, "undone").await.expect("a change");
    write.roll_back().await.expect("undone");
    assert_eq!(names(&store).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_second_writer_waits_5_s_and_is_told_so() {
    let ground = Ground::new();
    let store = ground.open().await;
    let other = ground.open().await;
    let write = add_project(&other, "first").await.expect("a change");
    let begun = Instant::now();
    let error = store.write().await.expect_err("somebody writes");
    assert_eq!(error.code(), "database_busy");
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
async fn a_commit_that_readers_hold_up_stores_nothing_and_the_next_one_works() {
    let ground = Ground::new();
    let store = ground.open().await;
    let mut reader = ground.foreign().await;
    let mut reading = reader.begin().await.expect("a transaction");
    sql(&mut reading, "SELECT count(*) FROM projects").await;
    let write = add_project(&store, "first").await.expect("a change");
    let error = write.commit().await.expect_err("somebody reads");
    assert_eq!(error.code(), "database_busy");
    reading.rollback().await.expect("the end of reading");
    assert_eq!(
        names(&store).await,
        Vec::<String>::new(),
        "nothing was changed"
    );
    let write = add_project(&store, "second").await.expect("a change");
    write.commit().await.expect("stored");
    assert_eq!(names(&store).await, ["second"]);
}

#[tokio::test]
async fn a_taken_name_is_told_by_its_rule() {
    let ground = Ground::new();
    let store = ground.open().await;
    let write = add_project(&store, "Acme").await.expect("a change");
    write.commit().await.expect("stored");
    let error = add_project(&store, "ACME").await.expect_err("taken");
    assert_eq!(error.code(), "name_taken");
    assert_eq!(error.to_string(), "Another project has this name.");
}
