//! Rotating keys: the overlap, its end, and what a rotation that is never copied leaves.

use std::time::Duration;

use keystile_keys::{KeyId, Permission, Stage, State, Timestamp};
use keystile_registry::{NoticeKind, Prompt, RotateRequest};

use crate::fixture::{MAIN_WINDOW, TestApp, plain_key, result_code};
use crate::manual_clock::ManualClock;

const HOUR: Duration = Duration::from_secs(60 * 60);

fn request(key_id: KeyId, overlap: Duration, id: &str) -> RotateRequest {
    RotateRequest {
        key_id,
        overlap,
        idempotency_key: id.to_owned(),
    }
}

async fn rotate(app: &TestApp, key: KeyId, overlap: Duration, id: &str) -> Prompt {
    let request = request(key, overlap, id);
    let prompt = app.registry.rotate_key(MAIN_WINDOW, &request, None).await;
    prompt.expect("a rotation")
}

/// Issues and copies a key, and returns its id and its text.
async fn issued(app: &TestApp, name: &str) -> (KeyId, String) {
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, name).await;
    let text = plain_key(&prompt);
    app.copy_key(&prompt).await;
    app.close_prompt(&prompt).await;
    (prompt.key.id, text)
}

/// Returns `allowed`, or the reason for which a request with each key would be denied at a time.
async fn outcomes(app: &TestApp, keys: &[&str], now: Timestamp) -> Vec<String> {
    let verifier = app.open_verifier().await;
    let mut outcomes = Vec::new();
    for key in keys {
        let verification = verifier.identify(key, now).await.expect("a decision");
        outcomes.push(
            verification
                .reason()
                .map_or("allowed".to_owned(), |reason| reason.to_string()),
        );
    }
    outcomes
}

#[tokio::test]
async fn both_secrets_work_during_the_overlap_that_begins_with_the_copy() {
    let clock = ManualClock::new();
    let app = TestApp::with_clock(clock.clock()).await;
    let (key, old) = issued(&app, "ci").await;
    let before = app.key_row(key).await;
    let prompt = rotate(&app, key, HOUR, "one").await;
    let new = plain_key(&prompt);
    assert_eq!(prompt.overlap, Some(HOUR));
    assert!(!prompt.copied);
    assert_eq!(prompt.key.id, key, "the key id stays the same");
    let now = Timestamp::now();
    assert_eq!(
        outcomes(&app, &[&old, &new], now).await,
        ["allowed", "unknown_key"],
        "until the new secret is copied, nothing changes"
    );
    assert_eq!(
        result_code(app.registry.close(MAIN_WINDOW, &prompt.ticket).await),
        "not_copied"
    );
    clock.advance(HOUR * 5);
    assert!(app.copy_key(&prompt).await.copied);
    app.close_prompt(&prompt).await;
    let row = app.key_row(key).await;
    let end = clock.now().saturating_add(HOUR);
    assert_eq!(row.old_secret_ends_at, Some(end));
    assert_eq!(
        (row.name.as_str(), row.permissions, row.state),
        (before.name.as_str(), before.permissions, State::Active)
    );
    let at = |millis| Timestamp::from_millis(end.as_millis() + millis);
    assert_eq!(
        outcomes(&app, &[&old, &new], at(-1)).await,
        ["allowed", "allowed"]
    );
    assert_eq!(
        outcomes(&app, &[&old, &new], at(0)).await,
        ["rotated", "allowed"]
    );
    let actions: Vec<_> = app
        .registry
        .key_history(key)
        .await
        .expect("a history")
        .into_iter()
        .map(|event| event.action)
        .collect();
    assert_eq!(
        actions[..3],
        ["rotation.closed", "rotation.claimed", "rotation.started"]
    );
    let check = app.registry.store().check_audit().await.expect("a check");
    assert!(check.is_intact(), "{check:?}");
}

#[tokio::test]
async fn old_secret_ends_with_the_copy_without_an_overlap_or_when_it_is_ended() {
    let app = TestApp::new().await;
    let (key, first) = issued(&app, "ci").await;
    let prompt = rotate(&app, key, Duration::ZERO, "one").await;
    let second = plain_key(&prompt);
    app.copy_key(&prompt).await;
    app.close_prompt(&prompt).await;
    let now = Timestamp::now();
    assert_eq!(
        outcomes(&app, &[&first, &second], now).await,
        ["rotated", "allowed"]
    );
    assert_eq!(
        result_code(app.registry.end_old_secret(key).await),
        "no_old_secret"
    );
    let prompt = rotate(&app, key, HOUR, "two").await;
    let third = plain_key(&prompt);
    app.copy_key(&prompt).await;
    app.close_prompt(&prompt).await;
    assert_eq!(
        outcomes(&app, &[&first, &second, &third], now).await,
        ["unknown_key", "allowed", "allowed"],
        "only the last two secrets are known"
    );
    let ended = app.registry.end_old_secret(key).await.expect("ended");
    assert_eq!(ended.old_secret_ends_at, None);
    assert_eq!(
        outcomes(&app, &[&second, &third], Timestamp::now()).await,
        ["rotated", "allowed"]
    );
}

#[tokio::test]
async fn third_rotation_ends_the_oldest_secret() {
    let app = TestApp::new().await;
    let (key, first) = issued(&app, "ci").await;
    let mut texts = vec![first];
    for id in ["one", "two"] {
        let prompt = rotate(&app, key, HOUR, id).await;
        texts.push(plain_key(&prompt));
        app.copy_key(&prompt).await;
        app.close_prompt(&prompt).await;
    }
    let keys: Vec<_> = texts.iter().map(String::as_str).collect();
    assert_eq!(
        outcomes(&app, &keys, Timestamp::now()).await,
        ["unknown_key", "allowed", "allowed"]
    );
}

#[tokio::test]
async fn both_secrets_work_after_the_install_key_was_lost() {
    let app = TestApp::new().await;
    let (key, old) = issued(&app, "ci").await;
    let prompt = rotate(&app, key, HOUR, "one").await;
    let new = plain_key(&prompt);
    app.copy_key(&prompt).await;
    app.close_prompt(&prompt).await;
    std::fs::remove_file(app.store_path().join("install.key")).expect("lost");
    // The old secret first: once the new one is proven, it has a tag again.
    for order in [[&*old, &*new], [&*new, &*old]] {
        assert_eq!(
            outcomes(&app, &order, Timestamp::now()).await,
            ["allowed", "allowed"],
            "Argon2id tries every secret that has no tag"
        );
    }
}

#[tokio::test]
async fn rotation_that_is_not_copied_changes_nothing_and_is_named_at_the_next_start() {
    let app = TestApp::new().await;
    let (key, old) = issued(&app, "ci").await;
    let discarded = rotate(&app, key, Duration::ZERO, "one").await;
    let discarded_text = plain_key(&discarded);
    app.registry
        .discard(MAIN_WINDOW, &discarded.ticket)
        .await
        .expect("discarded");
    let lost = rotate(&app, key, Duration::ZERO, "two").await;
    let lost_text = plain_key(&lost);
    let app = app.restart_after_crash().await;
    app.registry.sweep().await.expect("a sweep");
    let notices = app.registry.list_notices().await.expect("notices");
    assert_eq!(notices.len(), 1);
    assert_eq!(
        (notices[0].kind, notices[0].key.id, notices[0].key.state),
        (NoticeKind::RotationUnclaimed, key, State::Active)
    );
    app.registry
        .acknowledge_notice(key)
        .await
        .expect("acknowledged");
    assert_eq!(app.registry.list_notices().await.expect("notices"), []);
    assert_eq!(
        outcomes(&app, &[&old, &discarded_text, &lost_text], Timestamp::now()).await,
        ["allowed", "unknown_key", "unknown_key"]
    );
    assert_eq!(app.count_audit("rotation.unclaimed").await, 1);
    assert_eq!(app.count_audit("rotation.discarded").await, 1);
}

#[tokio::test]
async fn second_rotation_is_refused_while_the_first_waits_to_be_copied() {
    let app = TestApp::new().await;
    let (key, old) = issued(&app, "ci").await;
    let first = rotate(&app, key, HOUR, "one").await;
    let second = app
        .registry
        .rotate_key("other", &request(key, HOUR, "two"), None)
        .await;
    assert_eq!(result_code(second), "rotation_pending");
    app.copy_key(&first).await;
    let same = request(key, HOUR, "one");
    let repeated = app.registry.rotate_key(MAIN_WINDOW, &same, None);
    assert_eq!(
        plain_key(&repeated.await.expect("the open prompt")),
        plain_key(&first),
        "the same request shows the same secret"
    );
    let third = rotate(&app, key, HOUR, "three").await;
    let texts = [old, plain_key(&first), plain_key(&third)];
    app.copy_key(&third).await;
    let keys: Vec<_> = texts.iter().map(String::as_str).collect();
    assert_eq!(
        outcomes(&app, &keys, Timestamp::now()).await,
        ["unknown_key", "allowed", "allowed"]
    );
}

#[tokio::test]
async fn copy_and_discard_of_a_rotation_that_run_together_leave_one_of_both() {
    let app = TestApp::new().await;
    let (key, old) = issued(&app, "ci").await;
    for attempt in 0..20 {
        let prompt = rotate(&app, key, Duration::ZERO, &format!("attempt-{attempt}")).await;
        let new = plain_key(&prompt);
        let copy = app.registry.copy(MAIN_WINDOW, &prompt.ticket);
        let discard = app.registry.discard(MAIN_WINDOW, &prompt.ticket);
        let (copied, discarded) = if attempt % 2 == 0 {
            tokio::join!(copy, discard)
        } else {
            let (discarded, copied) = tokio::join!(discard, copy);
            (copied, discarded)
        };
        assert_ne!(
            copied.is_ok(),
            discarded.is_ok(),
            "either the new secret works or it was discarded"
        );
        if discarded.is_ok() {
            assert_eq!(
                outcomes(&app, &[&old, &new], Timestamp::now()).await,
                ["allowed", "unknown_key"]
            );
            continue;
        }
        assert_eq!(result_code(discarded), "rotation_claimed");
        assert_eq!(
            outcomes(&app, &[&old, &new], Timestamp::now()).await,
            ["rotated", "allowed"]
        );
        return;
    }
}

#[tokio::test]
async fn copied_rotation_cannot_be_discarded() {
    let app = TestApp::new().await;
    let (key, _) = issued(&app, "ci").await;
    let prompt = rotate(&app, key, HOUR, "one").await;
    app.copy_key(&prompt).await;
    assert_eq!(
        result_code(app.registry.discard(MAIN_WINDOW, &prompt.ticket).await),
        "rotation_claimed"
    );
    app.close_prompt(&prompt).await;
}

#[tokio::test]
async fn rotation_is_refused_for_ended_keys_and_without_the_name_in_production() {
    let app = TestApp::new().await;
    let (revoked, _) = issued(&app, "revoked").await;
    app.registry.revoke(revoked, None).await.expect("revoked");
    let production = app.create_environment("prod", Stage::Production).await;
    let key = app.active_key(production, "ci").await;
    let attempt = async |key, overlap, confirmation| {
        let request = request(key, overlap, "id");
        let rotated = app
            .registry
            .rotate_key(MAIN_WINDOW, &request, confirmation)
            .await;
        result_code(rotated)
    };
    assert_eq!(attempt(revoked, HOUR, None).await, "invalid_key_state");
    assert_eq!(attempt(key, HOUR, None).await, "name_required");
    assert_eq!(
        attempt(key, HOUR * 24 * 91, Some("ci")).await,
        "invalid_overlap"
    );
    assert_eq!(app.count_audit("rotation.started").await, 0);
    assert_eq!(attempt(key, HOUR, Some("ci")).await, "done");
    assert_eq!(
        attempt(key, HOUR, Some("ci")).await,
        "done",
        "a repeated request shows the same prompt"
    );
    assert_eq!(app.count_audit("rotation.started").await, 1);
}

#[tokio::test]
async fn saved_secret_is_replaced_only_after_the_new_one_was_copied() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let first = app.issue_key(environment, "ci").await;
    app.registry
        .save(MAIN_WINDOW, &first.ticket)
        .await
        .expect("saved");
    app.copy_key(&first).await;
    app.close_prompt(&first).await;
    let prompt = rotate(&app, first.key.id, HOUR, "one").await;
    assert_eq!(
        result_code(app.registry.save(MAIN_WINDOW, &prompt.ticket).await),
        "not_copied"
    );
    let copied = app.copy_key(&prompt).await;
    assert!(!copied.saved, "the keychain has the old secret");
    let saved = app.registry.save(MAIN_WINDOW, &prompt.ticket).await;
    assert!(saved.expect("saved").saved);
    app.close_prompt(&prompt).await;
    app.registry
        .copy_from_keychain(first.key.id)
        .await
        .expect("copied");
    assert_eq!(
        app.clipboard.text().as_deref(),
        Some(plain_key(&prompt).as_str())
    );

    let is_outdated = async || app.key_row(first.key.id).await.is_keychain_outdated;
    assert!(!is_outdated().await, "the new secret was saved");
    let not_saved = rotate(&app, first.key.id, Duration::ZERO, "two").await;
    assert!(!is_outdated().await, "the new secret was not copied yet");
    // Later than the save, in milliseconds.
    tokio::time::sleep(Duration::from_millis(2)).await;
    app.copy_key(&not_saved).await;
    assert!(is_outdated().await, "the keychain has the old secret");
    app.close_prompt(&not_saved).await;
    assert_eq!(
        result_code(app.registry.copy_from_keychain(first.key.id).await),
        "keychain_outdated",
        "a secret that no longer works is not copied"
    );
}

#[tokio::test]
async fn permission_that_is_taken_away_is_missing_from_the_next_request_on() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let text = plain_key(&prompt);
    app.copy_key(&prompt).await;
    app.close_prompt(&prompt).await;
    let verifier = app.open_verifier().await;
    let permissions = |permissions| keystile_registry::KeyChanges {
        permissions: Some(permissions),
        ..keystile_registry::KeyChanges::default()
    };
    for (granted, expected) in [
        (keystile_keys::Permissions::READ_WRITE, None),
        (
            keystile_keys::Permissions::READ,
            Some(keystile_keys::DenyReason::InsufficientPermission),
        ),
    ] {
        let edited = app
            .registry
            .edit_key(prompt.key.id, &permissions(granted))
            .await;
        assert_eq!(result_code(edited), "done");
        let verification = verifier
            .verify(&text, &environment, Permission::Write, Timestamp::now())
            .await;
        assert_eq!(verification.expect("a decision").reason(), expected);
    }
}
