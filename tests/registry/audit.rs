//! Keys against the audit log: what another program changed in the database is named by the check.

use keystile_keys::KeyId;

use crate::world::World;

async fn differing_keys(world: &World) -> Vec<KeyId> {
    let check = world.registry.store().check_audit().await;
    check.expect("a check").differing_keys
}

#[tokio::test]
async fn key_changed_by_another_program_is_named_by_the_audit_check() {
    let world = World::new().await;
    let environment = world.staging().await;
    let untouched = world.active_key(environment, "untouched").await;
    let disabled = world.active_key(environment, "disabled").await;
    world
        .registry
        .disable_key(disabled)
        .await
        .expect("disabled");
    world.registry.enable_key(disabled).await.expect("enabled");
    world
        .registry
        .disable_key(disabled)
        .await
        .expect("disabled");
    let revoked = world.active_key(environment, "revoked").await;
    world.registry.revoke(revoked, None).await.expect("revoked");
    assert_eq!(
        differing_keys(&world).await,
        [],
        "every verb records its state"
    );
    for (column, value, back) in [
        ("state", "'active'", "'revoked'"),
        ("permissions", "'read write'", "'read'"),
    ] {
        let mut connection = world.foreign_connection().await;
        let change = async |value: &str, connection: &mut sqlx::SqliteConnection| {
            sqlx::query(&format!("UPDATE keys SET {column} = {value} WHERE id = ?"))
                .bind(revoked.as_str())
                .execute(connection)
                .await
                .expect("changed");
        };
        change(value, &mut connection).await;
        assert_eq!(
            differing_keys(&world).await,
            [revoked],
            "{column}: neither {untouched} nor {disabled} was changed"
        );
        change(back, &mut connection).await;
        assert_eq!(differing_keys(&world).await, []);
    }
}
