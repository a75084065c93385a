//! PostgreSQL rejects changes by other programs of which verifiers would not learn.

use crate::temp_store::{NOW, TempStore, add_project};

#[tokio::test]
async fn change_without_an_audit_row_is_rejected() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let write = add_project(&store, "Acme").await.expect("a change");
    write.commit().await.expect("stored");
    temp.run_sql(
        "INSERT INTO environments (id, project_id, name, folded_name, stage, prefix, key_location, created_at)
           SELECT 'abcdefghijkl', id, 'live', 'live', 'staging', 'ks_live', 'default', 1 FROM projects;
         INSERT INTO keys (id, environment_id, name, folded_name, permissions, state, created_at)
           VALUES ('abcdefghijkl', 'abcdefghijkl', 'ci', 'ci', 'read', 'active', 1);
         INSERT INTO secret_versions (key_id, phc, tag, install_key_id, created_at, lock_file, idempotency_key)
           SELECT 'abcdefghijkl', '', sha256(''), install_key_id, 1, '', 'one' FROM deployment;
         INSERT INTO gateways VALUES ('abcdefghijkl', false, false, false, false, '')",
    )
    .await;
    let mut connection = temp.foreign_connection().await;
    for statement in [
        "UPDATE projects SET name = 'Other'",
        "UPDATE environments SET key_location = 'bearer'",
        "UPDATE keys SET permissions = 'read write'",
        "UPDATE secret_versions SET ends_at = NULL",
        "UPDATE gateways SET rules = 'GET /* open'",
        "DELETE FROM secret_versions",
        "INSERT INTO projects (id, name, folded_name, created_at) VALUES ('x', 'x', 'x', 1)",
    ] {
        let done = connection.execute(statement).await;
        let error = done.expect_err(statement).to_string();
        assert!(
            error.contains("without an audit row"),
            "{statement}: {error}"
        );
    }
}

#[tokio::test]
async fn audit_rows_of_other_programs_are_found_by_the_check() {
    let temp = TempStore::new();
    let store = temp.open().await;
    let write = add_project(&store, "Acme").await.expect("a change");
    write.commit().await.expect("stored");
    let mut connection = temp.foreign_connection().await;
    let forged = format!(
        "BEGIN; UPDATE projects SET name = 'Other';
         INSERT INTO audit (seq, at, actor, action, detail, install_key_id, previous, mac)
           SELECT seq + 1, {}, 'test', 'project.renamed', '{{}}', install_key_id, mac, sha256('') FROM audit
             ORDER BY seq DESC LIMIT 1;
         COMMIT",
        NOW.as_millis()
    );
    let done = connection.execute(&forged).await;
    done.expect("the trigger cannot know the install key");
    let check = store.check_audit().await.expect("a check");
    assert_eq!(
        check.first_broken,
        Some(2),
        "the row has no valid authentication code"
    );
}

#[tokio::test]
async fn audit_log_cannot_be_emptied() {
    let temp = TempStore::new();
    temp.open().await;
    let mut connection = temp.foreign_connection().await;
    let done = connection.execute("TRUNCATE audit").await;
    let error = done.expect_err("audit rows are append-only").to_string();
    assert!(error.contains("append-only"), "{error}");
}
