//! A usage file that is damaged or lost: only the counts are missing. On PostgreSQL, the counts are in tables beside the keys.

use std::time::Duration;

use keystile_registry::{BulkChange, KeySelection};
use keystile_store::USAGE_FILE;
use keystile_tests::diagnostic::{error_code, error_help};

use crate::fixture::{TestApp, result_code};

#[tokio::test]
async fn broken_usage_file_does_not_affect_lists() {
    use std::os::unix::fs::PermissionsExt;

    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    let registry = &app.registry;
    registry.store().check_usage().await.expect("no file yet");
    let path = app.store_path().join(USAGE_FILE);
    let foreign = another_programs_database(&app).await;
    for (description, content) in [
        ("a text", b"no database at all".to_vec()),
        ("a longer text", vec![b'x'; 8192]),
        ("another program's database", foreign),
    ] {
        std::fs::write(&path, &content).expect("written");
        let error = registry.usage_of_keys(&[key]).await;
        let error = error.expect_err("unreadable usage must be an error");
        assert_eq!(
            error_code(&error),
            "usage_unavailable",
            "{description}: {error}"
        );
        assert!(
            error_help(&error).contains(USAGE_FILE),
            "{}",
            error_help(&error)
        );
        let checked = registry.store().check_usage().await;
        assert_eq!(
            error_code(&checked.expect_err(description)),
            "usage_unavailable"
        );
        assert_eq!(
            std::fs::read(&path).expect("a file"),
            content,
            "{description} must be unchanged"
        );
        let keys = registry.all_keys(&environment).await.expect("keys");
        assert_eq!(keys.len(), 1);
        std::fs::remove_file(&path).expect("removed");
    }
    app.usage_writer().await.close().await;
    registry.store().check_usage().await.expect("in order");
    if !rustix::process::geteuid().is_root() {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).expect("a mode");
        let checked = registry.store().check_usage().await;
        assert_eq!(
            error_code(&checked.expect_err("nothing can be counted")),
            "usage_unavailable"
        );
    }
}

#[tokio::test]
async fn plan_does_not_take_lost_counts_for_unused_keys() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    app.run_sql("UPDATE keys SET claimed_at = 1").await;
    let path = app.store_path().join(USAGE_FILE);
    let plan = async |selection: KeySelection| {
        let change = BulkChange::Revoke(None);
        app.registry
            .plan_bulk_change(&environment, &selection, &change)
            .await
    };
    std::fs::write(&path, "damaged").expect("written");
    // The second time: after a restored backup, which does not contain the file.
    for code in ["usage_unavailable", "usage_unknown"] {
        let planned = plan(KeySelection::Keys(vec![key])).await.expect("a plan");
        assert_eq!(
            (planned.keys.len(), planned.recently_used_count),
            (1, None),
            "unknown uses must not look like no use, and must not prevent a revocation"
        );
        let unused = plan(KeySelection::Unused(Duration::from_secs(60))).await;
        assert_eq!(
            result_code(unused),
            code,
            "without use counts, every key would seem to be unused"
        );
        let _removed = std::fs::remove_file(&path);
    }
    app.usage_writer().await.close().await;
    let planned = plan(KeySelection::Keys(vec![key])).await.expect("a plan");
    assert_eq!(
        planned.recently_used_count, None,
        "the key is older than the counts"
    );
}

async fn another_programs_database(app: &TestApp) -> Vec<u8> {
    let path = app.store_path().join("other.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true);
    let mut connection = sqlx::ConnectOptions::connect(&options)
        .await
        .expect("a connection");
    sqlx::raw_sql("PRAGMA application_id = 7; CREATE TABLE theirs (x)")
        .execute(&mut connection)
        .await
        .expect("a table");
    sqlx::Connection::close(connection).await.expect("closed");
    std::fs::read(&path).expect("a file")
}
