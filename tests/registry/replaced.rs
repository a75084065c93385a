//! A replaced database file is read and written without a restart.

use std::path::Path;

use keystile_keys::{EnvironmentId, State};
use keystile_registry::Registry;

use crate::fixture::{TestApp, result_code};

async fn states(registry: &Registry, environment: &EnvironmentId) -> Vec<(String, State)> {
    let keys = registry.all_keys(environment).await.expect("keys");
    let mut states: Vec<_> = keys.into_iter().map(|key| (key.name, key.state)).collect();
    states.sort_by(|one, other| one.0.cmp(&other.0));
    states
}

fn by_rename(backup: &Path, database: &Path) {
    let copy = backup.with_extension("copy");
    std::fs::copy(backup, &copy).expect("a copy");
    std::fs::rename(copy, database).expect("moved");
}

fn in_place(backup: &Path, database: &Path) {
    let bytes = std::fs::read(backup).expect("a file");
    std::fs::write(database, bytes).expect("written");
}

#[tokio::test]
async fn replaced_database_is_read_and_written_without_restart() {
    for (command, restore) in [
        ("mv", by_rename as fn(&Path, &Path)),
        ("cp", in_place as fn(&Path, &Path)),
    ] {
        let app = TestApp::new().await;
        let environment = app.staging_environment().await;
        let first = app.active_key(environment, "first").await;
        let second = app.active_key(environment, "second").await;
        let registry = &app.registry;
        let database = registry.store().path().expect("a SQLite store").to_owned();
        let backup = app.store_path().join("backup");
        std::fs::copy(&database, &backup).expect("a backup");
        registry.revoke(second, None).await.expect("revoked");
        let before = registry.store().last_commit().expect("a commit");
        restore(&backup, &database);
        assert_ne!(
            registry.store().last_commit().ok(),
            Some(before),
            "{command}: the counter must be read from the new file"
        );
        assert_eq!(
            states(registry, &environment).await,
            [
                ("first".to_owned(), State::Active),
                ("second".to_owned(), State::Active)
            ],
            "{command}: the list must show the new file"
        );
        registry.revoke(first, None).await.expect("revoked");
        let other = app.second_instance().await;
        assert_eq!(
            states(&other.registry, &environment).await,
            [
                ("first".to_owned(), State::Revoked),
                ("second".to_owned(), State::Active)
            ],
            "{command}: another process must see the revocation"
        );
        let check = registry.store().check_audit().await.expect("a check");
        assert!(
            check.lost_end.is_some(),
            "{command}: the audit log must continue from the new file"
        );
    }
}

#[tokio::test]
async fn moved_database_is_an_error_until_restored() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    app.active_key(environment, "ci").await;
    let registry = &app.registry;
    let database = registry.store().path().expect("a SQLite store").to_owned();
    let elsewhere = database.with_extension("elsewhere");
    std::fs::rename(&database, &elsewhere).expect("moved");
    assert!(registry.store().last_commit().is_err());
    assert_eq!(
        result_code(registry.all_keys(&environment).await),
        "database_missing"
    );
    assert!(!database.exists(), "no empty database may be created");
    std::fs::rename(&elsewhere, &database).expect("moved back");
    assert!(registry.store().last_commit().is_ok());
    assert_eq!(states(registry, &environment).await.len(), 1);
}
