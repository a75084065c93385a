//! The one handle: looking at the database file beside SQLite must not drop SQLite's locks (fcntl(2): closing any
//! descriptor of a file drops all of the process's locks on it). Only another process can tell, so one is started.

use std::path::Path;
use std::process::{Command, Stdio};

use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::ground::{Ground, add_project};

const DATABASE: &str = "KEYSTILE_TEST_DATABASE";

/// Whether another process can begin to write. It waits for nobody.
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
async fn a_second_writer_stays_locked_out_whatever_else_this_process_does_with_the_file() {
    let ground = Ground::new();
    let store = ground.open().await;
    assert!(can_another_process_write(&ground.database()));
    let write = add_project(&store, "Acme Shop").await.expect("a change");
    assert!(!can_another_process_write(&ground.database()));

    store.last_commit().expect("a counter");
    assert!(
        !can_another_process_write(&ground.database()),
        "reading the counter drops no lock"
    );
    let second = ground.open().await;
    second.last_commit().expect("a counter");
    assert!(
        !can_another_process_write(&ground.database()),
        "opening a second store drops no lock"
    );
    second.close().await;
    drop(second);
    assert!(
        !can_another_process_write(&ground.database()),
        "dropping it drops no lock of the first"
    );
    write.commit().await.expect("stored");
    assert!(can_another_process_write(&ground.database()));
}
