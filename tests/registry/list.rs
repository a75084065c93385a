//! Lists: order, limit, and counts.

use keystile_keys::State;

use crate::fixture::{MAIN_WINDOW, TestApp};

#[tokio::test]
async fn list_returns_newest_1_000_of_5_000_keys() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let mut connection = app.raw_connection().await;
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
         INSERT INTO keys (id, environment_id, name, folded_name, permissions, state, created_at, lock_file,
                           prompt_closed_at, idempotency_key)
         SELECT printf('%012d', i), ?, 'key ' || i, 'key ' || i, 'read', 'active', i, 'none', i, i FROM n",
    )
    .bind(environment.as_str())
    .execute(&mut connection)
    .await
    .expect("rows");
    let keys = app.registry.list_keys(&environment).await.expect("a list");
    assert_eq!(keys.len(), 1000);
    assert_eq!(keys[0].name, "key 5000", "newest first");
    assert_eq!(keys[999].name, "key 4001");
    let projects = app.registry.list_projects().await.expect("projects");
    assert_eq!(projects[0].active_keys, 5000, "the count includes all keys");
}

#[tokio::test]
async fn list_contains_ended_keys_and_no_pending_keys() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    app.active_key(environment, "active").await;
    let revoked = app.active_key(environment, "revoked").await;
    app.registry.revoke(revoked, None).await.expect("revoked");
    let discarded = app.issue_key(environment, "discarded").await;
    app.registry
        .discard(MAIN_WINDOW, &discarded.ticket)
        .await
        .expect("discarded");
    app.issue_key(environment, "pending").await;
    let mut states: Vec<State> = app
        .registry
        .list_keys(&environment)
        .await
        .expect("a list")
        .into_iter()
        .map(|key| key.state)
        .collect();
    states.sort_unstable();
    assert_eq!(states, [State::Active, State::Revoked, State::Discarded]);
    let projects = app.registry.list_projects().await.expect("projects");
    assert_eq!((projects[0].environments, projects[0].active_keys), (1, 1));
}
