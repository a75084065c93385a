//! Usage of keys in lists. Without the usage file, only the counts are missing.

use keystile_keys::{Permission, Timestamp};
use keystile_store::{IdleKeyQuery, KeyFilter, LastUse, USAGE_FILE, UsageFile, UseCount};
use keystile_tests::diagnostic::{error_code, error_help};

use crate::fixture::TestApp;

/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

#[tokio::test]
async fn usage_is_returned_by_key_and_environment() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let used = app.active_key(environment, "used").await;
    let unused = app.active_key(environment, "unused").await;
    let registry = &app.registry;
    let project = registry
        .show_gateway(&environment)
        .await
        .expect("stored")
        .environment
        .project_id;
    let usage = registry.usage_of_keys(&[used, unused]).await;
    let last = registry.last_requests_of(&project).await;
    assert!(
        usage.expect("no error").is_empty() && last.expect("no error").is_empty(),
        "without usage there is no file"
    );
    let before = registry.store().last_commit().expect("a counter");
    let file = UsageFile::open(&app.store_path()).await.expect("a file");
    let count = |hour, permission, allowed, denied| UseCount {
        key: used,
        hour: Timestamp::from_millis(hour),
        permission,
        allowed,
        denied,
    };
    file.add(
        &[
            count(0, Permission::Read, 3, 0),
            count(0, Permission::Write, 0, 2),
            count(7_200_000, Permission::Read, 4, 0),
        ],
        &[LastUse {
            key: used,
            at: Timestamp::from_millis(7_300_000),
            client: Some("192.0.2.7".to_owned()),
        }],
        &[],
    )
    .await
    .expect("written");
    let usage = registry
        .usage_of_keys(&[used, unused])
        .await
        .expect("usage");
    assert_eq!(usage.len(), 1, "a key that was never used has no row");
    let usage = &usage[&used];
    assert_eq!((usage.allowed, usage.denied), (7, 2), "all hours together");
    let last = usage.last.as_ref().expect("it was used");
    assert_eq!(
        (last.at.as_millis(), last.client.as_deref()),
        (7_300_000, Some("192.0.2.7"))
    );
    let last = registry.last_requests_of(&project).await.expect("usage");
    assert_eq!(last[&environment].as_millis(), 7_300_000);
    assert_eq!(
        registry.store().last_commit().expect("a counter"),
        before,
        "reading must change nothing"
    );
    file.close().await;
}

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
    UsageFile::open(&app.store_path())
        .await
        .expect("a file")
        .close()
        .await;
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
async fn activity_sums_keys_by_hour_since_a_time() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let one = app.active_key(environment, "one").await;
    let other = app.active_key(environment, "other").await;
    let elsewhere = app
        .create_environment("production", keystile_keys::Stage::Production)
        .await;
    let foreign = app.active_key(elsewhere, "foreign").await;
    let file = UsageFile::open(&app.store_path()).await.expect("a file");
    let count = |key, hour, permission, allowed, denied| UseCount {
        key,
        hour: Timestamp::from_millis(hour),
        permission,
        allowed,
        denied,
    };
    file.add(
        &[
            count(one, 0, Permission::Read, 9, 9),
            count(one, HOUR, Permission::Read, 3, 0),
            count(one, HOUR, Permission::Write, 1, 2),
            count(other, HOUR + 1, Permission::Read, 10, 0),
            count(other, 3 * HOUR, Permission::Read, 0, 5),
            count(foreign, HOUR, Permission::Read, 100, 100),
        ],
        &[],
        &[],
    )
    .await
    .expect("written");
    file.close().await;
    let activity = app
        .registry
        .activity_of(&environment, Timestamp::from_millis(HOUR))
        .await
        .expect("activity");
    let hours: Vec<_> = activity
        .hours
        .iter()
        .map(|usage| (usage.hour.as_millis(), usage.allowed, usage.denied))
        .collect();
    assert_eq!(hours, [(HOUR, 14, 2), (3 * HOUR, 0, 5)]);
}

#[tokio::test]
async fn idle_keys_are_active_and_unused_since_a_time() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let used = app.active_key(environment, "used").await;
    let idle = app.active_key(environment, "idle").await;
    let disabled = app.active_key(environment, "disabled").await;
    app.registry
        .disable_key(disabled, None)
        .await
        .expect("disabled");
    let now = Timestamp::now().as_millis();
    let idle_before = async |time: i64, limit: u32| {
        let query = IdleKeyQuery {
            filter: KeyFilter::Active,
            now: Timestamp::from_millis(now),
            before: Timestamp::from_millis(time),
            limit: Some(limit),
        };
        let keys = app.registry.store().idle_keys(&environment, &query);
        let keys = keys.await.expect("keys");
        let ids: Vec<_> = keys.first.into_iter().map(|key| key.id).collect();
        (ids, keys.count)
    };
    assert_eq!(idle_before(now - HOUR, 5).await, (vec![], 0), "all are new");
    let (ids, count) = idle_before(now + HOUR, 1).await;
    assert_eq!((ids.len(), count), (1, 2), "without a usage file");
    let file = UsageFile::open(&app.store_path()).await.expect("a file");
    let last_use = |key, at| LastUse {
        key,
        at: Timestamp::from_millis(at),
        client: None,
    };
    file.add(
        &[],
        &[last_use(used, now + 2 * HOUR), last_use(idle, now - HOUR)],
        &[],
    )
    .await
    .expect("written");
    file.close().await;
    assert_eq!(idle_before(now + HOUR, 5).await, (vec![idle], 1));
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
