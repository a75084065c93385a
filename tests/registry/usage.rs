//! Usage of keys in lists.

use keystile_keys::{Permission, Timestamp};
use keystile_store::{IdleKeyQuery, KeyFilter, LastUse, UseCount};

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
        "without usage there are no rows"
    );
    let before = app.last_commit().await;
    let writer = app.usage_writer().await;
    let count = |hour, permission, allowed, denied| UseCount {
        key: used,
        hour: Timestamp::from_millis(hour),
        permission,
        allowed,
        denied,
    };
    writer
        .add(
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
        app.last_commit().await,
        before,
        "reading must change nothing"
    );
    writer.close().await;
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
    let writer = app.usage_writer().await;
    let count = |key, hour, permission, allowed, denied| UseCount {
        key,
        hour: Timestamp::from_millis(hour),
        permission,
        allowed,
        denied,
    };
    writer
        .add(
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
    writer.close().await;
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
    assert_eq!((ids.len(), count), (1, 2), "keys that were never used");
    let writer = app.usage_writer().await;
    let last_use = |key, at| LastUse {
        key,
        at: Timestamp::from_millis(at),
        client: None,
    };
    writer
        .add(
            &[],
            &[last_use(used, now + 2 * HOUR), last_use(idle, now - HOUR)],
            &[],
        )
        .await
        .expect("written");
    writer.close().await;
    assert_eq!(idle_before(now + HOUR, 5).await, (vec![idle], 1));
}
