//! What the lists show of use: it comes from the usage file, and its absence costs figures only.

use keystile_keys::{Permission, Timestamp};
use keystile_store::{LastUse, USAGE_FILE, UsageFile, UseCount};

use crate::world::World;

#[tokio::test]
async fn counts_and_last_uses_are_shown_by_key_and_environment() {
    let world = World::new().await;
    let environment = world.staging().await;
    let used = world.active_key(environment, "used").await;
    world.active_key(environment, "unused").await;
    let registry = &world.registry;
    let project = registry
        .show_gateway(&environment)
        .await
        .expect("stored")
        .environment
        .project_id;
    assert!(
        registry.usage_of_keys(&environment).await.is_empty()
            && registry.last_requests_of(&project).await.is_empty(),
        "where nothing was counted there is no file, and no error"
    );
    let before = registry.store().last_commit().expect("a counter");
    let file = UsageFile::open(&world.path()).await.expect("a file");
    let count = |hour, permission, accepted, refused| UseCount {
        key: used,
        hour: Timestamp::from_millis(hour),
        permission,
        accepted,
        refused,
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
    )
    .await
    .expect("written");
    let usage = registry.usage_of_keys(&environment).await;
    assert_eq!(usage.len(), 1, "a key that was never used has no row");
    let usage = &usage[&used];
    assert_eq!(
        (usage.accepted, usage.refused),
        (7, 2),
        "all hours together"
    );
    let last = usage.last.as_ref().expect("it was used");
    assert_eq!(
        (last.at.as_millis(), last.client.as_deref()),
        (7_300_000, Some("192.0.2.7"))
    );
    assert_eq!(
        registry.last_requests_of(&project).await[&environment].as_millis(),
        7_300_000
    );
    assert_eq!(
        registry.store().last_commit().expect("a counter"),
        before,
        "looking changes nothing"
    );
    file.close().await;
}

#[tokio::test]
async fn a_usage_file_that_is_broken_costs_figures_and_no_list() {
    let world = World::new().await;
    let environment = world.staging().await;
    world.active_key(environment, "ci").await;
    std::fs::write(world.path().join(USAGE_FILE), "no database at all").expect("written");
    assert!(
        world.registry.usage_of_keys(&environment).await.is_empty(),
        "what cannot be read is not invented"
    );
    assert_eq!(
        world
            .registry
            .list_keys(&environment)
            .await
            .expect("keys")
            .len(),
        1
    );
}
