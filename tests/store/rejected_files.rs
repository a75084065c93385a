//! Files and directories that the store rejects without changing them.

use keystile_store::{SCHEMA_VERSION, StoreError};
use keystile_tests::diagnostic::{error_code, error_help};
use keystile_tests::temp_store::sqlite_pool;

use crate::temp_store::{TempStore, add_project, execute_sql};

#[tokio::test]
async fn newer_schema_is_rejected_unchanged() {
    let temp = TempStore::new();
    temp.open().await.close().await;
    for journal in ["DELETE", "WAL"] {
        let mut connection = temp.raw_connection().await;
        execute_sql(
            &mut connection,
            &format!(
                "PRAGMA journal_mode = {journal}; PRAGMA application_id = {}",
                0x4b53_5400 + 7
            ),
        )
        .await;
        sqlx::Connection::close(connection).await.expect("closed");
        let error = temp.expect_open_error("unsupported_schema").await;
        let StoreError::UnsupportedSchema { found, known, .. } = error else {
            panic!("{error}");
        };
        assert_eq!((found, known), (7, SCHEMA_VERSION));
    }
}

#[tokio::test]
async fn database_with_other_migrations_is_rejected_unchanged() {
    for change in [
        "UPDATE _sqlx_migrations SET checksum = x'00'",
        "UPDATE _sqlx_migrations SET version = 7",
    ] {
        let temp = TempStore::new();
        temp.open().await.close().await;
        let mut connection = temp.raw_connection().await;
        execute_sql(&mut connection, change).await;
        sqlx::Connection::close(connection).await.expect("closed");
        let error = temp.expect_open_error("unsupported_schema").await;
        assert!(
            matches!(error, StoreError::OtherMigrations { .. }),
            "{change}: trying again cannot help: {error:?}"
        );
    }
}

#[tokio::test]
async fn database_of_another_program_is_rejected_unchanged() {
    for setting in [
        "PRAGMA journal_mode = DELETE",
        "PRAGMA journal_mode = WAL",
        "PRAGMA application_id = 7",
        "PRAGMA journal_mode = WAL; PRAGMA application_id = 7",
    ] {
        let temp = TempStore::new();
        temp.create_store_dir();
        let mut connection = temp.raw_connection().await;
        execute_sql(
            &mut connection,
            &format!("{setting}; CREATE TABLE recipes (name TEXT)"),
        )
        .await;
        sqlx::Connection::close(connection).await.expect("closed");
        #[cfg(unix)]
        crate::temp_store::set_mode(&temp.database_path(), 0o640);
        temp.expect_open_error("not_a_keystile_database").await;
        #[cfg(unix)]
        assert_eq!(
            crate::temp_store::mode(&temp.database_path()),
            0o640,
            "its mode must not change"
        );
    }
}

#[tokio::test]
async fn file_that_is_not_a_database_is_rejected_unchanged() {
    for content in [
        "a letter to a friend\n".repeat(200),
        "x".to_owned(),
        "SQLite format 3\0".to_owned(),
    ] {
        let temp = TempStore::new();
        temp.create_store_dir();
        std::fs::write(temp.database_path(), content).expect("a file");
        let error = temp.expect_open_error("database_corrupt").await;
        assert!(
            error.to_string().contains("keystile.db"),
            "the message must contain the path: {error}"
        );
    }
}

#[tokio::test]
async fn damaged_page_is_detected_on_open() {
    let temp = TempStore::new();
    let store = temp.open().await;
    for number in 0..60 {
        let name = format!("{number} {}", "x".repeat(70));
        let write = add_project(&store, &name).await.expect("a change");
        write.commit().await.expect("stored");
    }
    store.close().await;
    let mut bytes = std::fs::read(temp.database_path()).expect("a file");
    let page = 4096;
    let last = bytes.len() - page;
    bytes[last..last + 200].fill(0xff);
    std::fs::write(temp.database_path(), bytes).expect("written");
    let error = temp.expect_open_error("database_corrupt").await;
    assert!(
        error_help(&error).contains("backup"),
        "{}",
        error_help(&error)
    );
}

#[tokio::test]
async fn truncated_file_is_detected_on_open() {
    let temp = TempStore::new();
    temp.open().await.close().await;
    let bytes = std::fs::read(temp.database_path()).expect("a file");
    std::fs::write(temp.database_path(), &bytes[..bytes.len() / 2]).expect("written");
    temp.expect_open_error("database_corrupt").await;
}

#[tokio::test]
async fn later_damage_has_a_complete_message() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let write = add_project(&store, "Acme Shop").await.expect("a change");
    write.commit().await.expect("stored");
    let mut connection = sqlite_pool(&store).acquire().await.expect("a connection");
    execute_sql(&mut connection, "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 2 WHERE name = 'projects'; PRAGMA schema_version = 99; PRAGMA writable_schema = RESET").await;
    drop(connection);
    let mut connection = store.read().await.expect("a connection");
    let error = keystile_store::ProjectRow::all(&mut connection)
        .await
        .expect_err("a damaged table");
    let sentence = format!("{error} {}", error_help(&error));
    assert!(
        !sentence.contains("  ") && !sentence.contains("''"),
        "{sentence}"
    );
}

#[tokio::test]
async fn directory_below_a_file_is_rejected() {
    let temp = TempStore::new();
    std::fs::write(temp.store_path(), "a file").expect("a file");
    let error = temp.try_open().await.expect_err("not a directory");
    assert_eq!(error_code(&error), "not_a_store");
    assert!(
        error.to_string().contains("keystile"),
        "the message must contain the path: {error}"
    );
}

#[tokio::test]
async fn directory_in_place_of_database_is_rejected() {
    let temp = TempStore::new();
    temp.create_store_dir();
    std::fs::create_dir(temp.database_path()).expect("a directory");
    let error = temp.try_open().await.expect_err("not a file");
    assert_eq!(error_code(&error), "database_read_only");
}

#[tokio::test]
async fn read_only_database_is_reported_and_unchanged() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let mut connections = Vec::new();
    for _ in 0..sqlite_pool(&store).options().get_max_connections() {
        let mut connection = sqlite_pool(&store).acquire().await.expect("a connection");
        execute_sql(&mut connection, "PRAGMA query_only = ON").await;
        connections.push(connection);
    }
    drop(connections);
    let error = add_project(&store, "Acme").await.expect_err("read only");
    assert_eq!(error_code(&error), "database_read_only");
    assert!(error.to_string().starts_with("Cannot write "), "{error}");
}

#[tokio::test]
async fn write_after_directory_was_moved_fails() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let write = add_project(&store, "Acme").await.expect("a change");
    write.commit().await.expect("stored");
    let elsewhere = temp.store_path().with_extension("elsewhere");
    std::fs::rename(temp.store_path(), &elsewhere).expect("moved");
    let added = async { add_project(&store, "Other").await?.commit().await };
    let error = added.await.expect_err("no journal can be created");
    assert_eq!(error_code(&error), "database_missing", "{error:?}");
    std::fs::rename(&elsewhere, temp.store_path()).expect("moved back");
    let write = add_project(&store, "Other").await.expect("a change");
    write.commit().await.expect("stored");
    let mut connection = store.read().await.expect("a connection");
    let projects = keystile_store::ProjectRow::all(&mut connection).await;
    assert_eq!(
        projects.expect("projects").len(),
        2,
        "stored rows must be kept"
    );
}
