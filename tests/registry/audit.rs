//! The audit check finds keys that another program changed in the database.

use keystile_keys::KeyId;

use crate::fixture::TestApp;

async fn differing_keys(app: &TestApp) -> Vec<KeyId> {
    let check = app.registry.store().check_audit().await;
    check.expect("a check").differing_keys
}

#[tokio::test]
async fn key_changed_by_another_program_is_found_by_audit_check() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let unchanged = app.active_key(environment, "unchanged").await;
    let disabled = app.active_key(environment, "disabled").await;
    app.registry
        .disable_key(disabled, None)
        .await
        .expect("disabled");
    app.registry.enable_key(disabled).await.expect("enabled");
    app.registry
        .disable_key(disabled, None)
        .await
        .expect("disabled");
    let revoked = app.active_key(environment, "revoked").await;
    app.registry.revoke(revoked, None).await.expect("revoked");
    assert_eq!(
        differing_keys(&app).await,
        [],
        "every operation must record the new state"
    );
    for (column, value, back) in [
        ("state", "'active'", "'revoked'"),
        ("permissions", "'read write'", "'read'"),
    ] {
        let change = async |value: &str| {
            app.run_sql(&format!(
                "UPDATE keys SET {column} = {value} WHERE id = '{revoked}'"
            ))
            .await;
        };
        change(value).await;
        assert_eq!(
            differing_keys(&app).await,
            [revoked],
            "{column}: only this key was changed, not {unchanged} or {disabled}"
        );
        change(back).await;
        assert_eq!(differing_keys(&app).await, []);
    }
}
