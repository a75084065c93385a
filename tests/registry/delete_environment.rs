//! Deleting an environment: its living keys end with it, in one transaction, or nothing happens.

use keystile_keys::{Stage, State};

use crate::world::{World, code, fields};

#[tokio::test]
async fn an_environment_without_living_keys_is_deleted_unasked() {
    let world = World::new().await;
    let environment = world.environment("prod", Stage::Production).await;
    let key = world.active_key(environment, "ci").await;
    world
        .registry
        .revoke(key, Some("ci"))
        .await
        .expect("revoked");
    assert_eq!(
        code(world.registry.delete_environment(&environment, None).await),
        "done"
    );
    assert_eq!(
        code(world.registry.list_keys(&environment).await),
        "not_found"
    );
    assert_eq!(
        code(world.registry.delete_environment(&environment, None).await),
        "not_found"
    );
}

#[tokio::test]
async fn living_keys_ask_for_the_name_and_end_in_the_same_transaction() {
    let world = World::new().await;
    let environment = world.staging().await;
    let active = world.active_key(environment, "active").await;
    let pending = world.issue(environment, "pending").await.key.id;
    let before = world.actions().await;
    for wrong in [None, Some("Staging"), Some("active")] {
        let refused = world.registry.delete_environment(&environment, wrong).await;
        assert_eq!(code(refused), "name_required", "{wrong:?}");
    }
    assert_eq!(world.state(active).await, State::Active, "nothing happened");
    assert_eq!(world.actions().await, before);
    let counter = world
        .registry
        .store()
        .last_commit()
        .expect("a commit")
        .change_counter;
    world
        .registry
        .delete_environment(&environment, Some("staging"))
        .await
        .expect("deleted");
    assert_eq!(
        world
            .registry
            .store()
            .last_commit()
            .expect("a commit")
            .change_counter,
        counter.wrapping_add(1),
        "there is no moment with the one and without the other"
    );
    for key in [active, pending] {
        assert_eq!(world.state(key).await, State::Revoked);
    }
    assert_eq!(
        world.actions().await[before.len()..],
        ["key.revoked", "key.revoked", "environment.deleted"],
        "each key has its own row"
    );
}

#[tokio::test]
async fn a_deletion_that_cannot_be_stored_revokes_nothing() {
    let world = World::new().await;
    let environment = world.staging().await;
    let key = world.active_key(environment, "ci").await;
    world.make_unwritable().await;
    let failed = world
        .registry
        .delete_environment(&environment, Some("staging"))
        .await;
    assert_eq!(code(failed), "database_read_only");
    assert_eq!(world.state(key).await, State::Active);
}

#[tokio::test]
async fn the_name_is_free_again_and_the_prefix_only_if_no_key_carries_it() {
    let world = World::new().await;
    let project = world
        .registry
        .create_project("Acme Shop", None)
        .await
        .expect("a project")
        .project
        .id;
    let create = async || {
        world
            .registry
            .create_environment(&project, &fields("staging", Stage::Staging))
            .await
            .expect("an environment")
    };
    let first = create().await;
    world
        .registry
        .delete_environment(&first.id, None)
        .await
        .expect("deleted");
    let second = create().await;
    assert_eq!(
        second.prefix, first.prefix,
        "no key was ever issued with it"
    );
    world.active_key(second.id, "ci").await;
    world
        .registry
        .delete_environment(&second.id, Some("staging"))
        .await
        .expect("deleted");
    assert_eq!(
        create().await.prefix.as_str(),
        "ks_stag2",
        "a prefix that is written in keys stays theirs"
    );
}
