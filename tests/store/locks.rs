//! Reading the database file beside SQLite must not release SQLite's locks (fcntl(2): closing any descriptor of a file releases all
//! locks of the process). Only another process can observe the locks, so the tests start one.

use std::path::Path;
use std::process::{Command, Stdio};

use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::temp_store::{TempStore, add_project};

const DATABASE: &str = "KEYSTILE_TEST_DATABASE";

/// Returns whether another process can begin a write transaction without waiting.
fn can_another_process_write(database: &Path) -> bool {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program)
        .args(["--exact", "locks::another_process_that_wants_to_write"])
        .args(["--ignored", "--nocapture"])
        .env(DATABASE, database)
        .stderr(Stdio::inherit())
        .output()
        .expect("another process");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    match (said.contains("it may write"), said.contains("it may not")) {
        (true, false) => true,
        (false, true) => false,
        _ => panic!("the other process said: {said}"),
    }
}

#[tokio::test]
#[ignore = "it is the other process of the tests below"]
async fn another_process_that_wants_to_write() {
    let Some(database) = std::env::var_os(DATABASE) else {
        return;
    };
    let mut connection = SqliteConnectOptions::new()
        .filename(database)
        .busy_timeout(std::time::Duration::ZERO)
        .connect()
        .await
        .expect("a connection");
    let begun = sqlx::raw_sql("BEGIN IMMEDIATE")
        .execute(&mut connection)
        .await;
    println!(
        "{}",
        if begun.is_ok() {
            "it may write"
        } else {
            "it may not"
        }
    );
}

#[tokio::test]
async fn other_operations_keep_the_write_lock() {
    let temp = TempStore::new();
    let store = temp.open().await;
    assert!(can_another_process_write(&temp.database_path()));
    let write = add_project(&store, "Acme Shop").await.expect("a change");
    assert!(!can_another_process_write(&temp.database_path()));

    store.last_commit().expect("a counter");
    assert!(
        !can_another_process_write(&temp.database_path()),
        "reading the counter must keep the lock"
    );
    let second = temp.open().await;
    second.last_commit().expect("a counter");
    assert!(
        !can_another_process_write(&temp.database_path()),
        "opening a second store must keep the lock"
    );
    second.close().await;
    drop(second);
    assert!(
        !can_another_process_write(&temp.database_path()),
        "dropping the second store must keep the lock"
    );
    write.commit().await.expect("stored");
    assert!(can_another_process_write(&temp.database_path()));
}
