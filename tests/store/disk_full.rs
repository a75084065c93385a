//! Writes on a full disk.

use keystile_store::{ProjectRow, Store};
use keystile_tests::diagnostic::{error_code, error_help};
use keystile_tests::temp_store::sqlite_pool;

use crate::temp_store::{TempStore, add_project};

/// Limits the size of the file, which SQLite reports like a full disk (SQLITE_FULL).
async fn limit_pages(store: &Store, most: i64) {
    let mut connections = Vec::new();
    for _ in 0..sqlite_pool(store).options().get_max_connections() {
        let mut connection = sqlite_pool(store).acquire().await.expect("a connection");
        sqlx::query(&format!("PRAGMA max_page_count = {most}"))
            .execute(&mut *connection)
            .await
            .expect("a pragma");
        connections.push(connection);
    }
}

#[tokio::test]
async fn full_disk_is_reported_and_stored_rows_are_kept() {
    let temp = TempStore::new();
    let store = temp.open().await;
    limit_pages(&store, 1).await;
    let mut stored = 0;
    let error = loop {
        let name = format!("{stored} {}", "x".repeat(70));
        let added = async { add_project(&store, &name).await?.commit().await };
        match added.await {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
        assert!(stored < 500, "the file must reach its limit");
    };
    assert_eq!(error_code(&error), "disk_full");
    assert!(error_help(&error).contains("space"));
    let count = async || {
        let mut connection = store.read().await.expect("a connection");
        ProjectRow::all(&mut connection)
            .await
            .expect("projects")
            .len()
    };
    assert_eq!(count().await, stored, "stored rows must be kept");
    limit_pages(&store, 100_000).await;
    // More writes than connections, so that the failed connection is used again.
    for number in 0..8 {
        let name = format!("there is space again, {number}");
        let write = add_project(&store, &name).await.expect("a change");
        write.commit().await.expect("stored");
    }
    assert_eq!(count().await, stored + 8);
    let mut connection = sqlite_pool(&store).acquire().await.expect("a connection");
    let integrity: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut *connection)
        .await
        .expect("a result");
    assert_eq!(integrity, "ok");
}
