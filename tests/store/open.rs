//! Opening: always the same settings, private files, and no trouble when two do it at once.

use keystile_store::SCHEMA_VERSION;

use crate::ground::{Ground, add_project, set_mode, sql};

#[tokio::test]
async fn every_connection_has_the_settings_that_revocation_relies_on() {
    let ground = Ground::new();
    let store = ground.open().await;
    let mut connections = Vec::new();
    for _ in 0..store.pool().options().get_max_connections() {
        let mut connection = store.read().await.expect("a connection");
        let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
            .fetch_one(&mut *connection)
            .await
            .expect("a pragma");
        assert_eq!(journal, "delete", "the change counter stands still in WAL");
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
    assert_eq!(connections.len(), 4, "all of them, not only the first");
}

#[tokio::test]
async fn what_was_stored_is_there_after_opening_again() {
    let ground = Ground::new();
    let store = ground.open().await;
    let write = add_project(&store, "Acme Shop").await.expect("a change");
    write.commit().await.expect("stored");
    store.close().await;
    drop(store);
    let store = ground.open().await;
    let mut connection = store.read().await.expect("a connection");
    let projects = keystile_store::ProjectRow::all(&mut connection)
        .await
        .expect("projects");
    assert_eq!(projects[0].name, "Acme Shop");
}

#[tokio::test]
async fn two_that_open_a_new_directory_at_once_both_succeed() {
    let ground = Ground::new();
    let (one, other) = tokio::join!(ground.try_open(), ground.try_open());
    let (one, other) = (one.expect("a store"), other.expect("a store"));
    assert_eq!(
        one.install_key().expose(),
        other.install_key().expose(),
        "they are one installation"
    );
    for (store, name) in [(&one, "one"), (&other, "other")] {
        let write = add_project(store, name).await.expect("a change");
        write.commit().await.expect("stored");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_private_from_the_beginning() {
    use crate::ground::mode;
    let ground = Ground::new();
    let store = ground.open().await;
    assert_eq!(mode(&ground.directory()), 0o700);
    for file in ["keystile.db", "install.key"] {
        assert_eq!(mode(&ground.directory().join(file)), 0o600, "{file}");
    }
    let write = add_project(&store, "Acme Shop").await.expect("a change");
    let journal = ground.directory().join("keystile.db-journal");
    assert_eq!(mode(&journal), 0o600, "the journal holds rows too");
    write.commit().await.expect("stored");
}

#[cfg(unix)]
#[tokio::test]
async fn files_that_were_opened_to_others_are_private_again() {
    use crate::ground::mode;
    let ground = Ground::new();
    ground.open().await.close().await;
    for file in ["keystile.db", "install.key"] {
        set_mode(&ground.directory().join(file), 0o644);
    }
    ground.open().await;
    for file in ["keystile.db", "install.key"] {
        assert_eq!(mode(&ground.directory().join(file)), 0o600, "{file}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_directory_that_lets_others_in_is_refused_and_left_as_it_is() {
    let ground = Ground::new();
    let directory = ground.made_directory();
    ground.open().await.close().await;
    let files = || std::fs::read_dir(&directory).expect("a directory").count();
    let before = files();
    for exposed in [0o755, 0o770, 0o701] {
        set_mode(&directory, exposed);
        let error = ground.try_open().await.expect_err("others could look");
        assert_eq!(error.code(), "database_exposed");
        assert!(error.advice().contains("chmod 700"), "what to do about it");
        assert_eq!(crate::ground::mode(&directory), exposed);
        assert_eq!(files(), before, "nothing was put where others can look");
    }
    set_mode(&directory, 0o700);
    ground.open().await;
}

#[cfg(unix)]
#[tokio::test]
async fn directory_that_is_no_store_is_refused_without_advice_to_change_its_mode() {
    let ground = Ground::new();
    let directory = ground.made_directory();
    set_mode(&directory, 0o755);
    let error = ground.try_open().await.expect_err("it may be /etc");
    assert_eq!(error.code(), "store_missing");
    assert!(
        !error.advice().contains("chmod"),
        "as root, that would break the machine"
    );
    let files = std::fs::read_dir(&directory).expect("a directory").count();
    assert_eq!(files, 0, "nothing was put there");
}

#[tokio::test]
async fn replaced_database_is_opened_by_the_next_read_and_write() {
    let ground = Ground::new();
    let store = ground.open().await;
    let copy = ground.directory().join("copy.db");
    let done = std::process::Command::new("cp")
        .arg(store.path())
        .arg(&copy)
        .status();
    assert!(done.expect("cp").success());
    let write = add_project(&store, "lost with the old file")
        .await
        .expect("a change");
    write.commit().await.expect("stored");
    std::fs::rename(&copy, store.path()).expect("replaced");

    assert!(
        store.last_commit().is_err(),
        "what belongs to the old file must not look current"
    );
    let mut connection = store.read().await.expect("the new file is opened");
    let projects: i64 = sqlx::query_scalar("SELECT count(*) FROM projects")
        .fetch_one(&mut *connection)
        .await
        .expect("a count");
    assert_eq!(projects, 0, "the rows of the file that is there are read");
    drop(connection);
    let write = add_project(&store, "in the new file")
        .await
        .expect("a change");
    write.commit().await.expect("stored");
    store.last_commit().expect("the new file is current");
}

#[tokio::test]
async fn a_first_start_that_was_cut_off_can_be_repeated() {
    let ground = Ground::new();
    ground.open().await.close().await;
    // As after a crash between sqlx's own table and the first migration.
    let mut connection = ground.foreign().await;
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT sql FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_all(&mut connection)
            .await
            .expect("a table");
    std::fs::remove_dir_all(ground.directory()).expect("removed");
    ground.made_directory();
    let mut connection = ground.foreign().await;
    sql(&mut connection, &tables[0]).await;
    drop(connection);
    ground.open().await;
}

#[tokio::test]
async fn a_database_that_was_switched_to_wal_is_switched_back_when_opened() {
    let ground = Ground::new();
    ground.open().await.close().await;
    let mut connection = ground.foreign().await;
    sql(&mut connection, "PRAGMA journal_mode = WAL").await;
    sqlx::Connection::close(connection).await.expect("closed");
    let store = ground.open().await;
    assert!(store.last_commit().is_ok(), "the counter moves again");
}

#[tokio::test]
async fn the_change_counter_fails_while_the_database_is_in_wal() {
    let ground = Ground::new();
    let store = ground.open().await;
    let mut connection = ground.foreign().await;
    sql(&mut connection, "PRAGMA journal_mode = WAL").await;
    assert_eq!(
        store.last_commit().expect_err("it stands still").code(),
        "database_failed"
    );
}

#[tokio::test]
async fn the_change_counter_moves_with_each_commit_of_another_connection() {
    let ground = Ground::new();
    let store = ground.open().await;
    let other = ground.open().await;
    let mut last = store.last_commit().expect("a counter");
    for name in ["one", "two", "three"] {
        let write = add_project(&other, name).await.expect("a change");
        assert_eq!(
            store.last_commit().expect("a counter"),
            last,
            "nothing was decided yet"
        );
        write.commit().await.expect("stored");
        let now = store.last_commit().expect("a counter");
        assert_eq!(now.change_counter, last.change_counter.wrapping_add(1));
        assert_ne!(
            now.nonce, last.nonce,
            "a restored counter must not look like this commit"
        );
        last = now;
    }
    let write = add_project(&other, "four").await.expect("a change");
    write.roll_back().await.expect("undone");
    assert_eq!(store.last_commit().expect("a counter"), last);
}
