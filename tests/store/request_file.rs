//! The file of the request log: its limits, its replacement, and damage.

use keystile_store::{MAX_REQUESTS, REQUESTS_FILE, RequestFile, RequestFilter, RequestRange};
use keystile_tests::diagnostic::{error_code, error_help};

use crate::requests::{add, environment, list, paths, record};
use crate::temp_store::{TempStore, execute_sql};

#[tokio::test]
async fn file_of_an_older_version_is_empty_and_then_replaced() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let (environment, all) = (environment(), RequestFilter::default());
    let path = temp.store_path().join(REQUESTS_FILE);
    let mut connection = sqlx::ConnectOptions::connect(
        &sqlx::sqlite::SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true),
    )
    .await
    .expect("a connection");
    execute_sql(
        &mut connection,
        "PRAGMA application_id = 1263751761;
         CREATE TABLE requests (id INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
         INSERT INTO requests (at) VALUES (1);",
    )
    .await;
    sqlx::Connection::close(connection).await.expect("closed");
    let read = list(&store, environment, &all, RequestRange::Newest, 10).await;
    assert!(read.is_empty(), "its rows have no such columns");
    add(&temp, &[record(environment, 1)]).await;
    let read = list(&store, environment, &all, RequestRange::Newest, 10).await;
    assert_eq!(paths(&read), ["/1"]);
}

#[tokio::test]
async fn ids_of_a_file_that_replaces_a_lost_one_are_higher() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let (environment, all) = (environment(), RequestFilter::default());
    let records: Vec<_> = (0..500).map(|number| record(environment, number)).collect();
    add(&temp, &records).await;
    let last = list(&store, environment, &all, RequestRange::Newest, 1).await[0].id;
    std::fs::remove_file(temp.store_path().join(REQUESTS_FILE)).expect("removed");
    add(&temp, &[record(environment, 1)]).await;
    let newer = list(&store, environment, &all, RequestRange::After(last), 10).await;
    assert_eq!(
        paths(&newer),
        ["/1"],
        "a reader continues after the last request it saw"
    );
}

#[tokio::test]
async fn requests_of_quiet_environments_are_kept_when_the_file_is_too_large() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let all = RequestFilter::default();
    let quiet = environment();
    add(&temp, &[record(quiet, 0)]).await;
    let file = RequestFile::open(&temp.store_path()).await.expect("a file");
    let busy: Vec<_> = (0..11).map(|_| environment()).collect();
    for environment in &busy {
        let records: Vec<_> = (0..MAX_REQUESTS)
            .map(|number| record(*environment, number))
            .collect();
        file.add(&records).await.expect("written");
    }
    file.close().await;
    store.check_requests().await.expect("in order");
    let count = async |environment| {
        let page = store.request_page(&environment, &all, RequestRange::Newest, 1);
        page.await.expect("a page").1
    };
    assert_eq!(count(busy[0]).await, 10_000, "a check deletes nothing");
    add(&temp, &[record(busy[10], 0)]).await;
    assert_eq!(count(quiet).await, 1);
    assert_eq!(count(busy[0]).await, 1_000, "the oldest ones are deleted");
    assert_eq!(count(busy[10]).await, 10_000);
}

#[tokio::test]
async fn commit_of_the_log_moves_when_requests_are_added() {
    let temp = TempStore::new();
    let store = temp.open().await;
    assert_eq!(store.last_request_commit(), None, "there is no file");
    add(&temp, &[record(environment(), 1)]).await;
    let first = store.last_request_commit().expect("a commit");
    assert_eq!(store.last_request_commit(), Some(first));
    add(&temp, &[record(environment(), 2)]).await;
    assert_ne!(store.last_request_commit(), Some(first));
}

#[tokio::test]
async fn oldest_requests_of_an_environment_are_deleted() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let (busy, quiet) = (environment(), environment());
    let all = RequestFilter::default();
    add(&temp, &[record(quiet, 0)]).await;
    let records: Vec<_> = (0..MAX_REQUESTS + 500)
        .map(|number| record(busy, number))
        .collect();
    let file = RequestFile::open(&temp.store_path()).await.expect("a file");
    for batch in records.chunks(1_000) {
        file.add(batch).await.expect("written");
    }
    file.close().await;
    let kept = list(&store, busy, &all, RequestRange::Newest, 20_000).await;
    assert_eq!(kept.len(), MAX_REQUESTS as usize);
    assert_eq!(kept[0].record, records[records.len() - 1]);
    assert_eq!(kept[kept.len() - 1].record, records[500]);
    assert_eq!(
        list(&store, quiet, &all, RequestRange::Newest, 10)
            .await
            .len(),
        1,
        "a busy environment must not displace the requests of another"
    );
    let size = std::fs::metadata(temp.store_path().join(REQUESTS_FILE))
        .expect("a file")
        .len();
    assert!(size < 4 * 1024 * 1024, "{size} bytes");
}

#[tokio::test]
async fn damaged_or_foreign_file_is_unchanged_and_affects_nothing_else() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let path = temp.store_path().join(REQUESTS_FILE);
    for (description, content) in [
        ("a text", b"no database at all".to_vec()),
        ("a longer text", vec![b'x'; 8192]),
        (
            "a database of another program",
            another_database(&temp).await,
        ),
    ] {
        std::fs::write(&path, &content).expect("written");
        let listed = store
            .list_requests(
                &environment(),
                &RequestFilter::default(),
                RequestRange::Newest,
                10,
            )
            .await;
        let opened = RequestFile::open(&temp.store_path()).await.map(drop);
        for error in [
            listed.map(drop).expect_err(description),
            opened.expect_err(description),
            store.check_requests().await.expect_err(description),
        ] {
            assert_eq!(error_code(&error), "request_log_unavailable", "{error}");
            assert!(error_help(&error).contains(REQUESTS_FILE), "{error}");
        }
        assert!(
            std::fs::read(&path).expect("a file") == content,
            "{description} must be unchanged"
        );
        drop(temp.open().await);
        std::fs::remove_file(&path).expect("removed");
    }
    add(&temp, &[record(environment(), 1)]).await;
    store.check_requests().await.expect("in order");
}

#[tokio::test]
async fn file_is_restored_after_a_crash_in_a_transaction() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let environment = environment();
    add(&temp, &[record(environment, 1)]).await;
    // What a process leaves that is killed before it commits.
    let path = temp.store_path().join(REQUESTS_FILE);
    let mut connection = sqlx::ConnectOptions::connect(
        &sqlx::sqlite::SqliteConnectOptions::new()
            .filename(&path)
            .pragma("cache_spill", "1")
            .pragma("cache_size", "1"),
    )
    .await
    .expect("a connection");
    execute_sql(
        &mut connection,
        "BEGIN IMMEDIATE;
         WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5000)
         INSERT INTO requests (at, environment_id, source, method, path, duration_us, access, allowed, code)
           SELECT n, 'abcdefghijkl', 'gateway', 'GET', '/', 0, 'read', 1, 'allowed' FROM numbers;",
    )
    .await;
    let copy = TempStore::new();
    let copied = copy.open().await;
    let mut journal = path.clone().into_os_string();
    journal.push("-journal");
    let target = copy.store_path().join(REQUESTS_FILE);
    let mut target_journal = target.clone().into_os_string();
    target_journal.push("-journal");
    std::fs::copy(&path, &target).expect("copied");
    std::fs::copy(&journal, &target_journal).expect("a journal");
    let all = RequestFilter::default();
    let read = list(&copied, environment, &all, RequestRange::Newest, 10).await;
    assert_eq!(paths(&read), ["/1"], "a reader restores the file");
    copied.check_requests().await.expect("in order");
    drop((connection, store));
}

async fn another_database(temp: &TempStore) -> Vec<u8> {
    let path = temp.temp_path("another.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true);
    let connection = sqlx::ConnectOptions::connect(&options).await;
    let mut connection = connection.expect("a connection");
    execute_sql(
        &mut connection,
        "PRAGMA application_id = 7; CREATE TABLE theirs (x)",
    )
    .await;
    sqlx::Connection::close(connection).await.expect("closed");
    std::fs::read(path).expect("a file")
}
