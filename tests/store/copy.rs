//! Copies of a store: what they keep of secrets, usage counts, and prompts, and what happens when a copy fails.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use keystile_keychain::Keychain;
use keystile_keys::{Clock, KeyId, Permission, Stage, State, Timestamp};
use keystile_registry::{NoClipboard, Registry, RotateRequest};
use keystile_store::{
    AuditRow, CopyError, LastUse, PostgresAddress, SecretUse, SecretVersionRow, Store,
    StoreAddress, UsageWriter, UseCount, audit_rows,
};
use keystile_test_postgres::TestDatabase;
use keystile_tests::diagnostic::error_code;
use keystile_tests::fixture::{MAIN_WINDOW, TestApp, plain_key};
use keystile_verifier::{Consistency, Verifier};

use crate::temp_store::execute_sql;

/// Returns the address of a database, with the files of this machine in a folder of the test.
fn postgres(app: &TestApp, database: &TestDatabase) -> StoreAddress {
    let address = PostgresAddress::from_str(&database.url()).expect("an address");
    let state = app.temp().temp_path("state");
    StoreAddress::Postgres(address.with_state_directory(&state))
}

fn folder(app: &TestApp) -> StoreAddress {
    StoreAddress::Folder(app.store_path())
}

async fn open(address: &StoreAddress) -> Store {
    Store::open_at(address, "test").await.expect("a store")
}

async fn rows(store: &Store) -> Vec<AuditRow> {
    let mut connection = store.read().await.expect("a connection");
    audit_rows(&mut connection, 0).await.expect("rows")
}

async fn secrets(store: &Store, key: KeyId) -> Vec<i64> {
    let mut connection = store.read().await.expect("a connection");
    let secrets = SecretVersionRow::list_for_key(&mut connection, key).await;
    secrets.expect("rows").iter().map(|row| row.id).collect()
}

/// Returns `allowed`, or the reason why a key is denied.
async fn outcome(address: &StoreAddress, key: &str) -> String {
    let builder = Verifier::builder().consistency(Consistency::Ask);
    let verifier = builder.open_at(address).await.expect("a verifier");
    let identified = verifier.identify(key, Timestamp::now()).await;
    let reason = identified.expect("a decision").reason();
    reason.map_or_else(|| "allowed".to_owned(), |reason| reason.to_string())
}

async fn copy(from: &StoreAddress, to: &StoreAddress) -> Result<bool, CopyError> {
    Store::copy(from, to).await.map(|copy| copy.is_new)
}

/// Issues and copies a key, and rotates it. Returns its id, and its old and its new secret.
async fn rotated_key(app: &TestApp) -> (KeyId, String, String) {
    let environment = app
        .create_environment("production", Stage::Production)
        .await;
    let prompt = app.issue_key(environment, "rotated").await;
    let old = plain_key(&prompt);
    app.copy_key(&prompt).await;
    app.close_prompt(&prompt).await;
    let request = RotateRequest {
        key_id: prompt.key.id,
        overlap: Duration::from_secs(3600),
        idempotency_key: "rotation".to_owned(),
    };
    let confirmation = Some("rotated");
    let rotation = app
        .registry
        .rotate_key(MAIN_WINDOW, &request, confirmation)
        .await;
    let rotation = rotation.expect("a rotation");
    let new = plain_key(&rotation);
    app.copy_key(&rotation).await;
    app.close_prompt(&rotation).await;
    (prompt.key.id, old, new)
}

#[tokio::test]
async fn copy_keeps_secrets_audit_rows_and_usage_counts() {
    let app = TestApp::new().await;
    let (key, old, new) = rotated_key(&app).await;
    let source = open(&folder(&app)).await;
    let versions = secrets(&source, key).await;
    let now = Timestamp::now();
    let usage = UsageWriter::open(&source).await.expect("a usage file");
    let count = UseCount {
        key,
        hour: now,
        permission: Permission::Read,
        allowed: 7,
        denied: 2,
    };
    let last = LastUse {
        key,
        at: now,
        client: Some("10.0.0.1".to_owned()),
    };
    let secret = SecretUse {
        key,
        version: versions[0],
        allowed: 3,
        denied: 0,
        last: Some((now, None)),
    };
    usage
        .add(&[count], &[last], &[secret])
        .await
        .expect("stored");
    usage.close().await;

    let databases = [TestDatabase::create(), TestDatabase::create()];
    let [first, second] = [0, 1].map(|index| postgres(&app, &databases[index]));
    let back = StoreAddress::Folder(app.temp().temp_path("back"));
    for (from, to) in [(&folder(&app), &first), (&first, &second), (&second, &back)] {
        assert!(copy(from, to).await.expect("a copy"), "{to} is new");
        let target = open(to).await;
        assert_eq!(rows(&target).await, rows(&source).await, "{to}");
        assert_eq!(secrets(&target, key).await, versions, "{to}");
        assert_eq!(target.install_key_id(), source.install_key_id(), "{to}");
        assert_eq!(
            target.key_usage(&[key]).await.expect("counts"),
            source.key_usage(&[key]).await.expect("counts"),
            "{to}"
        );
        assert_eq!(
            target.secret_usage(key).await.expect("counts"),
            source.secret_usage(key).await.expect("counts"),
            "{to}"
        );
        assert_eq!(
            target.counting_since().await.expect("a time"),
            source.counting_since().await.expect("a time"),
            "{to}"
        );
        for text in [&old, &new] {
            assert_eq!(outcome(to, text).await, "allowed", "{to}");
        }
        assert!(!copy(from, to).await.expect("a copy"), "{to} is complete");
        let check = target.check_audit().await.expect("a check");
        assert!(check.is_intact(), "{to}: {check:?}");
        target.close().await;
    }
}

#[tokio::test]
async fn pending_key_is_ended_in_the_copy_and_not_in_the_source() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "pending").await;
    let key = plain_key(&prompt);
    let database = TestDatabase::create();
    let target = postgres(&app, &database);
    copy(&folder(&app), &target).await.expect("a copy");
    let denied = outcome(&target, &key).await;
    assert_ne!(denied, "allowed", "no one has copied it");
    let registry = Registry::new(
        open(&target).await,
        Keychain::system(),
        Arc::new(NoClipboard),
        Clock::system(),
    );
    let ended = registry.sweep().await.expect("a sweep");
    assert_eq!(ended.len(), 1, "its prompt is that of the source");
    let row = registry.find_key_by_id(prompt.key.id).await;
    let row = row.expect("a read").expect("a key");
    assert_eq!(row.state, State::Unclaimed);
    app.copy_key(&prompt).await;
    assert_eq!(outcome(&folder(&app), &key).await, "allowed");
    assert_ne!(outcome(&target, &key).await, "allowed");
}

#[tokio::test]
async fn failed_copy_stores_nothing_and_can_be_repeated() {
    let app = TestApp::new().await;
    app.staging_environment().await;
    let mut connection = app.raw_connection().await;
    // A text that PostgreSQL cannot store.
    execute_sql(
        &mut connection,
        "INSERT INTO settings (name, value) VALUES ('broken', char(65, 0, 66))",
    )
    .await;
    let database = TestDatabase::create();
    let target = postgres(&app, &database);
    let failed = copy(&folder(&app), &target).await.expect_err("a failure");
    assert!(matches!(failed, CopyError::Target(_)), "{failed:?}");
    assert_eq!(rows(&open(&target).await).await, [], "nothing was stored");
    execute_sql(
        &mut connection,
        "DELETE FROM settings WHERE name = 'broken'",
    )
    .await;
    assert!(
        copy(&folder(&app), &target).await.expect("a copy"),
        "the empty target is used by the next attempt"
    );
}

#[tokio::test]
async fn key_that_contradicts_the_audit_log_is_not_copied() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    app.active_key(environment, "ci").await;
    let mut connection = app.raw_connection().await;
    execute_sql(
        &mut connection,
        "UPDATE keys SET permissions = 'read write'",
    )
    .await;
    let database = TestDatabase::create();
    let refused = copy(&folder(&app), &postgres(&app, &database)).await;
    let refused = refused.expect_err("a damaged source");
    assert_eq!(error_code(&refused), "damaged_source");
    let tables = database.run_sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'keystile'");
    assert_eq!(tables, "0", "the target was not touched");
}
