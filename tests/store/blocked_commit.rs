//! SQLite cannot commit while another program reads. On PostgreSQL, readers block no commit.

use keystile_tests::diagnostic::error_code;
use sqlx::Connection;

use crate::temp_store::{TempStore, add_project, execute_sql};
use crate::write::names;

#[tokio::test]
async fn commit_blocked_by_readers_stores_nothing() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let mut reader = temp.raw_connection().await;
    let mut reading = reader.begin().await.expect("a transaction");
    execute_sql(&mut reading, "SELECT count(*) FROM projects").await;
    let write = add_project(&store, "first").await.expect("a change");
    let error = write.commit().await.expect_err("a reader holds the lock");
    assert_eq!(error_code(&error), "database_busy");
    reading.rollback().await.expect("a rollback");
    assert_eq!(
        names(&store).await,
        Vec::<String>::new(),
        "nothing must be stored"
    );
    let write = add_project(&store, "second").await.expect("a change");
    write.commit().await.expect("stored");
    assert_eq!(names(&store).await, ["second"]);
}
