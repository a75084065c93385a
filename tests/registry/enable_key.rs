//! Enabling: a disabled key that is switched on again.

use keystile_keys::State;

use crate::world::{World, code};

#[tokio::test]
async fn a_key_that_was_disabled_and_enabled_is_what_it_was() {
    let world = World::new().await;
    let environment = world.staging().await;
    let key = world.active_key(environment, "ci").await;
    let before = world.key(key).await;
    world.registry.disable_key(key).await.expect("disabled");
    let row = world.registry.enable_key(key).await.expect("enabled");
    assert_eq!(row, before, "nothing but its state was touched");
    world.registry.enable_key(key).await.expect("enabled");
    assert_eq!(world.count("key.enabled").await, 1, "once is one row");
}

#[tokio::test]
async fn enabling_is_no_way_around_copying_or_revoking() {
    let world = World::new().await;
    let environment = world.staging().await;
    let pending = world.issue(environment, "pending").await.key.id;
    assert_eq!(
        code(world.registry.enable_key(pending).await),
        "key_ended",
        "no key is live that was never copied"
    );
    assert_eq!(world.state(pending).await, State::Pending);
    let revoked = world.active_key(environment, "revoked").await;
    world.registry.revoke(revoked, None).await.expect("revoked");
    assert_eq!(code(world.registry.enable_key(revoked).await), "key_ended");
    assert_eq!(world.state(revoked).await, State::Revoked);
    assert_eq!(world.count("key.enabled").await, 0);
}
