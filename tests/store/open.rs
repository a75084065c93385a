//! Opening a store: settings, file modes, concurrency, and replaced files.

use keystile_store::{SCHEMA_VERSION, Store};
use keystile_tests::diagnostic::{error_code, error_help};
use keystile_tests::temp_store::sqlite_pool;

use crate::temp_store::{TempStore, add_project, execute_sql, set_mode};

#[tokio::test]
async fn every_connection_has_the_required_settings() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let mut connections = Vec::new();
    for _ in 0..sqlite_pool(&store).options().get_max_connections() {
        let mut connection = sqlite_pool(&store).acquire().await.expect("a connection");
        let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
            .fetch_one(&mut *connection)
            .await
            .expect("a pragma");
        assert_eq!(
            journal, "delete",
            "the change counter does not move in WAL mode"
        );
        for (pragma, wanted) in [
            ("synchronous", 3),
            ("foreign_keys", 1),
            ("secure_delete", 1),
            ("trusted_schema", 0),
            ("busy_timeout", 5000),
            ("application_id", 0x4b53_5400 + SCHEMA_VERSION),
        ] {
            let found: i64 = sqlx::query_scalar(&format!("PRAGMA {pragma}"))
                .fetch_one(&mut *connection)
                .await
                .expect("a pragma");
            assert_eq!(found, wanted, "{pragma}");
        }
        connections.push(connection);
    }
    assert_eq!(connections.len(), 4, "every connection must be checked");
}

#[tokio::test]
async fn stored_rows_survive_reopening() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let write = add_project(&store, "Acme Shop").await.expect("a change");
    write.commit().await.expect("stored");
    store.close().await;
    drop(store);
    let store = temp.open().await;
    let mut connection = store.read().await.expect("a connection");
    let projects = keystile_store::ProjectRow::all(&mut connection)
        .await
        .expect("projects");
    assert_eq!(projects[0].name, "Acme Shop");
}

#[tokio::test]
async fn concurrent_first_opens_succeed() {
    let temp = TempStore::new();
    let (one, other) = tokio::join!(temp.try_open(), temp.try_open());
    let (one, other) = (one.expect("a store"), other.expect("a store"));
    assert_eq!(
        one.install_key().expose(),
        other.install_key().expose(),
        "both must have the same install key"
    );
    for (store, name) in [(&one, "one"), (&other, "other")] {
        let write = add_project(store, name).await.expect("a change");
        write.commit().await.expect("stored");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn new_files_are_private() {
    use crate::temp_store::mode;
    let temp = TempStore::new();
    let store = temp.open().await;
    assert_eq!(mode(&temp.store_path()), 0o700);
    for file in ["keystile.db", "install.key"] {
        assert_eq!(mode(&temp.store_path().join(file)), 0o600, "{file}");
    }
    let write = add_project(&store, "Acme Shop").await.expect("a change");
    let journal = temp.store_path().join("keystile.db-journal");
    assert_eq!(mode(&journal), 0o600, "the journal contains rows too");
    write.commit().await.expect("stored");
}

#[cfg(unix)]
#[tokio::test]
async fn open_restores_private_file_modes() {
    use crate::temp_store::mode;
    let temp = TempStore::new();
    temp.open().await.close().await;
    for file in ["keystile.db", "install.key"] {
        set_mode(&temp.store_path().join(file), 0o644);
    }
    temp.open().await;
    for file in ["keystile.db", "install.key"] {
        assert_eq!(mode(&temp.store_path().join(file)), 0o600, "{file}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn accessible_directory_is_rejected_unchanged() {
    let temp = TempStore::new();
    let directory = temp.create_store_dir();
    temp.open().await.close().await;
    let files = || std::fs::read_dir(&directory).expect("a directory").count();
    let before = files();
    for exposed in [0o755, 0o770, 0o701] {
        set_mode(&directory, exposed);
        let error = temp.try_open().await.expect_err("other users have access");
        assert_eq!(error_code(&error), "insecure_permissions");
        let existing = Store::open_existing(&directory, "test").await;
        assert_eq!(
            existing.map(|_| ()).map_err(|error| error_code(&error)),
            Err("insecure_permissions".to_owned()),
            "programs that only read the store must reject it too"
        );
        assert!(
            error_help(&error).contains("chmod 700"),
            "the help must contain the command"
        );
        assert_eq!(crate::temp_store::mode(&directory), exposed);
        assert_eq!(files(), before, "no file must be created");
    }
    set_mode(&directory, 0o700);
    temp.open().await;
}

#[cfg(unix)]
#[tokio::test]
async fn directory_without_store_is_rejected_without_chmod_help() {
    let temp = TempStore::new();
    let directory = temp.create_store_dir();
    set_mode(&directory, 0o755);
    let error = temp
        .try_open()
        .await
        .expect_err("it may be a system directory");
    assert_eq!(error_code(&error), "not_a_store");
    assert!(
        !error_help(&error).contains("chmod"),
        "chmod on a system directory would be harmful"
    );
    let files = std::fs::read_dir(&directory).expect("a directory").count();
    assert_eq!(files, 0, "no file must be created");
}

#[tokio::test]
async fn replaced_database_is_opened_by_next_read_and_write() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let copy = temp.store_path().join("copy.db");
    let done = std::process::Command::new("cp")
        .arg(store.path().expect("a SQLite store"))
        .arg(&copy)
        .status();
    assert!(done.expect("cp").success());
    let write = add_project(&store, "lost with the old file")
        .await
        .expect("a change");
    write.commit().await.expect("stored");
    std::fs::rename(&copy, store.path().expect("a SQLite store")).expect("replaced");

    assert!(
        store.last_commit().is_err(),
        "the commit of the old file must not be returned"
    );
    let mut connection = store.read().await.expect("the new file is opened");
    let projects = keystile_store::ProjectRow::all(&mut connection)
        .await
        .expect("projects");
    assert!(projects.is_empty(), "the new file must be read");
    drop(connection);
    let write = add_project(&store, "in the new file")
        .await
        .expect("a change");
    write.commit().await.expect("stored");
    store.last_commit().expect("the new file is current");
}

#[tokio::test]
async fn interrupted_first_open_can_be_repeated() {
    let temp = TempStore::new();
    temp.open().await.close().await;
    // A crash after sqlx created its table and before the first migration.
    let mut connection = temp.raw_connection().await;
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT sql FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_all(&mut connection)
            .await
            .expect("a table");
    std::fs::remove_dir_all(temp.store_path()).expect("removed");
    temp.create_store_dir();
    let mut connection = temp.raw_connection().await;
    execute_sql(&mut connection, &tables[0]).await;
    drop(connection);
    temp.open().await;
}

#[tokio::test]
async fn open_switches_wal_database_back() {
    let temp = TempStore::new();
    temp.open().await.close().await;
    let mut connection = temp.raw_connection().await;
    execute_sql(&mut connection, "PRAGMA journal_mode = WAL").await;
    sqlx::Connection::close(connection).await.expect("closed");
    let store = temp.open().await;
    assert!(
        store.last_commit().is_ok(),
        "the change counter must move again"
    );
}

#[tokio::test]
async fn last_commit_fails_in_wal_mode() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let mut connection = temp.raw_connection().await;
    execute_sql(&mut connection, "PRAGMA journal_mode = WAL").await;
    assert_eq!(
        error_code(
            &store
                .last_commit()
                .expect_err("the change counter does not move")
        ),
        "database_failed"
    );
}

#[tokio::test]
async fn last_commit_changes_with_commits_of_other_connections() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let other = temp.open().await;
    let mut last = store.last_commit().expect("a counter");
    for name in ["one", "two", "three"] {
        let write = add_project(&other, name).await.expect("a change");
        assert_eq!(
            store.last_commit().expect("a counter"),
            last,
            "an open transaction must not change it"
        );
        write.commit().await.expect("stored");
        let now = store.last_commit().expect("a counter");
        assert_eq!(now.change_counter(), last.change_counter().wrapping_add(1));
        assert_ne!(
            now.nonce(),
            last.nonce(),
            "a restored change counter must not repeat the commit"
        );
        last = now;
    }
    let write = add_project(&other, "four").await.expect("a change");
    write.roll_back().await.expect("undone");
    assert_eq!(store.last_commit().expect("a counter"), last);
}
