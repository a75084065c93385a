//! Notices: what the next start says about prompts that died open.

use keystile_keys::{KeyId, os_random};
use keystile_registry::NoticeKind;

use crate::world::{World, code};

#[tokio::test]
async fn a_copied_key_whose_prompt_was_not_closed_is_named_until_acknowledged() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    world.copy(&prompt).await;
    let key = prompt.key.id;
    let world = world.survive().await;
    assert_eq!(
        world.registry.sweep().await.expect("a sweep"),
        [],
        "it was claimed, so it is not revoked"
    );
    let notices = world.registry.list_notices().await.expect("notices");
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].kind, NoticeKind::Unclosed);
    assert_eq!(notices[0].key.id, key);
    world
        .registry
        .acknowledge_notice(key)
        .await
        .expect("acknowledged");
    assert_eq!(world.registry.list_notices().await.expect("notices"), []);
}

#[tokio::test]
async fn revoking_the_named_key_ends_its_notice() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    world.copy(&prompt).await;
    let world = world.survive().await;
    let key = prompt.key.id;
    world.registry.revoke(key, None).await.expect("revoked");
    assert_eq!(world.registry.list_notices().await.expect("notices"), []);
    assert_eq!(code(world.registry.acknowledge_notice(key).await), "done");
}

#[tokio::test]
async fn an_open_prompt_is_no_notice_and_cannot_be_acknowledged_away() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    let beside = world.beside().await;
    for is_copied in [false, true] {
        if is_copied {
            world.copy(&prompt).await;
        }
        for process in [&world, &beside] {
            assert_eq!(process.registry.list_notices().await.expect("notices"), []);
            assert_eq!(
                code(process.registry.acknowledge_notice(prompt.key.id).await),
                "not_copied",
                "should it die open, its user has to be told"
            );
        }
    }
    world.close(&prompt).await;
    let before = world.actions().await;
    assert_eq!(
        code(world.registry.acknowledge_notice(prompt.key.id).await),
        "done"
    );
    assert_eq!(world.actions().await, before, "there was nothing to record");
}

#[tokio::test]
async fn a_key_that_does_not_exist_is_not_acknowledged() {
    let world = World::new().await;
    let nobody = KeyId::generate(&mut os_random()).expect("an id");
    assert_eq!(
        code(world.registry.acknowledge_notice(nobody).await),
        "not_found"
    );
}
