//! Editing keys, and their history.

use keystile_keys::{Permissions, Stage, State};
use keystile_registry::{Expiry, KeyChanges};
use serde_json::json;

use crate::fixture::{TestApp, result_code};

fn owner(text: &str) -> KeyChanges {
    KeyChanges {
        owner: Some(text.to_owned()),
        ..KeyChanges::default()
    }
}

fn name(text: &str) -> KeyChanges {
    KeyChanges {
        name: Some(text.to_owned()),
        ..KeyChanges::default()
    }
}

#[tokio::test]
async fn edit_changes_only_the_named_fields_and_records_them() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    let changes = KeyChanges {
        name: Some(" ci writer ".to_owned()),
        permissions: Some(Permissions::READ_WRITE),
        note: Some("Line 1\r\nLine 2".to_owned()),
        tags: Some(vec![
            "nightly".to_owned(),
            "CI".to_owned(),
            "ci ".to_owned(),
        ]),
        ..owner("Team Payments")
    };
    let edited = app.registry.edit_key(key, &changes).await.expect("an edit");
    assert_eq!(
        (
            edited.name.as_str(),
            edited.permissions,
            edited.note.as_str()
        ),
        ("ci writer", Permissions::READ_WRITE, "Line 1\nLine 2")
    );
    assert_eq!(
        edited.tags,
        ["CI", "nightly"],
        "tags are sorted, and the same tag is kept once"
    );
    app.registry
        .edit_key(key, &owner(""))
        .await
        .expect("an edit");
    let row = app.key_row(key).await;
    assert_eq!(
        (row.owner.as_str(), row.name.as_str()),
        ("", "ci writer"),
        "an omitted field keeps its value"
    );
    let history = app.registry.key_history(key).await.expect("a history");
    assert_eq!(history[0].action, "key.edited", "the newest event is first");
    assert_eq!(history[0].changes.len(), 1);
    assert_eq!(
        (
            history[0].changes[0].field.as_str(),
            &history[0].changes[0].before,
            &history[0].changes[0].after
        ),
        ("owner", &json!("Team Payments"), &json!(""))
    );
    assert_eq!(
        history.last().map(|event| event.action.as_str()),
        Some("key.issued")
    );
    let check = app.registry.store().check_audit().await.expect("a check");
    assert!(check.is_intact(), "the log explains the row: {check:?}");
}

#[tokio::test]
async fn edit_without_a_difference_is_not_recorded() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    let commit = app.last_commit().await;
    let edited = app.registry.edit_key(key, &name("ci")).await;
    assert_eq!(result_code(edited), "done");
    assert_eq!(app.last_commit().await, commit);
}

#[tokio::test]
async fn invalid_fields_are_rejected_and_change_nothing() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    app.active_key(environment, "web").await;
    let before = app.key_row(key).await;
    let note = |length: usize| KeyChanges {
        note: Some("x".repeat(length)),
        ..KeyChanges::default()
    };
    let tags = |tags: &[&str]| KeyChanges {
        tags: Some(tags.iter().map(|tag| (*tag).to_owned()).collect()),
        ..KeyChanges::default()
    };
    let many: Vec<String> = (0..11).map(|number| format!("tag {number}")).collect();
    let too_many = tags(&many.iter().map(String::as_str).collect::<Vec<_>>());
    for (changes, code, field) in [
        (name("WEB"), "name_taken", "name"),
        (name(""), "name_empty", "name"),
        (owner(&"x".repeat(81)), "name_too_long", "owner"),
        (owner("a\u{202e}b"), "name_characters", "owner"),
        (note(501), "note_too_long", "note"),
        (tags(&["a,b"]), "invalid_tag", "tags"),
        (tags(&[" "]), "invalid_tag", "tags"),
        (tags(&["x".repeat(31).as_str()]), "invalid_tag", "tags"),
        (too_many, "too_many_tags", "tags"),
    ] {
        let error = app.registry.edit_key(key, &changes).await;
        let error = error.expect_err(code);
        assert_eq!(keystile_tests::diagnostic::error_code(&error), code);
        assert_eq!(
            error.field().map(|field| field.name()).as_deref(),
            Some(field),
            "{code}"
        );
    }
    assert_eq!(app.key_row(key).await, before);
}

#[tokio::test]
async fn ended_and_pending_keys_cannot_be_edited() {
    let app = TestApp::new().await;
    let environment = app.create_environment("prod", Stage::Staging).await;
    let pending = app.issue_key(environment, "pending").await;
    let revoked = app.active_key(environment, "revoked").await;
    app.registry.revoke(revoked, None).await.expect("revoked");
    for (id, state) in [(pending.key.id, State::Pending), (revoked, State::Revoked)] {
        let edited = app.registry.edit_key(id, &owner("Team")).await;
        assert_eq!(result_code(edited), "invalid_key_state", "{state}");
    }
    let disabled = app.active_key(environment, "disabled").await;
    app.registry
        .disable_key(disabled, None)
        .await
        .expect("disabled");
    let edited = app.registry.edit_key(disabled, &owner("Team")).await;
    assert_eq!(result_code(edited), "done");
}

#[tokio::test]
async fn keys_are_found_by_owner_and_tag() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    app.active_key(environment, "web").await;
    let changes = KeyChanges {
        tags: Some(vec!["Nightly".to_owned()]),
        ..owner("Straße Team")
    };
    let edited = app.registry.edit_key(key, &changes).await;
    assert_eq!(result_code(edited), "done");
    for search in ["nightly", "STRASSE", "team ci", "ight"] {
        let query = keystile_store::KeyQuery {
            search: search.to_owned(),
            ..keystile_store::KeyQuery::default()
        };
        let page = app.registry.list_keys(&environment, &query).await;
        let names: Vec<_> = page
            .expect("a list")
            .keys
            .into_iter()
            .map(|key| key.name)
            .collect();
        assert_eq!(names, ["ci"], "{search}");
    }
}

#[tokio::test]
async fn changed_expiry_of_the_database_contradicts_the_log() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    let changes = KeyChanges {
        expiry: Some(Expiry::Days(7)),
        ..KeyChanges::default()
    };
    let edited = app.registry.edit_key(key, &changes).await;
    assert_eq!(result_code(edited), "done");
    app.run_sql("UPDATE keys SET expires_at = expires_at + 1")
        .await;
    let check = app.registry.store().check_audit().await.expect("a check");
    assert_eq!(check.differing_keys, [key]);
}
