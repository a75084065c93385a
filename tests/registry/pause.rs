//! Keys that are disabled for a time, and reasons of revocations.

use std::time::Duration;

use keystile_keys::State;
use keystile_store::{Revocation, RevokeReason};

use crate::fixture::{TestApp, result_code};
use crate::manual_clock::ManualClock;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn paused_key_is_active_again_without_a_write() {
    let clock = ManualClock::new();
    let app = TestApp::with_clock(clock.clock()).await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    let paused = app.registry.disable_key(key, Some(2 * MINUTE)).await;
    let paused = paused.expect("paused");
    assert_eq!(
        (paused.state, paused.disabled_until),
        (
            State::Disabled,
            Some(clock.now().saturating_add(2 * MINUTE))
        )
    );
    clock.advance(2 * MINUTE);
    let commit = app.last_commit().await;
    let found = app.registry.find_keys(&[key]).await.expect("keys");
    assert_eq!(found[0].state, State::Active);
    app.registry.sweep().await.expect("a sweep");
    assert_eq!(
        app.last_commit().await,
        commit,
        "the end of a pause is not written"
    );
    let check = app.registry.store().check_audit().await.expect("a check");
    assert!(check.is_intact(), "{check:?}");
}

#[tokio::test]
async fn pause_can_be_changed_and_ended() {
    let clock = ManualClock::new();
    let app = TestApp::with_clock(clock.clock()).await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    for pause in [Some(2 * MINUTE), Some(15 * MINUTE), None, Some(MINUTE)] {
        let row = app.registry.disable_key(key, pause).await.expect("paused");
        let until = pause.map(|pause| clock.now().saturating_add(pause));
        assert_eq!((row.state, row.disabled_until), (State::Disabled, until));
        let check = app.registry.store().check_audit().await.expect("a check");
        assert!(check.is_intact(), "{pause:?}: {check:?}");
    }
    let enabled = app.registry.enable_key(key).await.expect("enabled");
    assert_eq!(
        (enabled.state, enabled.disabled_until),
        (State::Active, None)
    );
    for pause in [Duration::ZERO, Duration::from_secs(31 * 24 * 60 * 60)] {
        let paused = app.registry.disable_key(key, Some(pause)).await;
        assert_eq!(result_code(paused), "invalid_pause", "{pause:?}");
    }
}

#[tokio::test]
async fn reason_of_a_revocation_is_stored_and_recorded() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let key = app.active_key(environment, "ci").await;
    let leaked = Revocation {
        reason: RevokeReason::Leaked,
        note: " in a build log ".to_owned(),
    };
    let revoked = app.registry.revoke_because(key, None, Some(&leaked)).await;
    let stored = Revocation {
        note: "in a build log".to_owned(),
        ..leaked
    };
    assert_eq!(revoked.expect("revoked").revocation, Some(stored));
    let history = app.registry.key_history(key).await.expect("a history");
    assert_eq!(
        (history[0].action.as_str(), &history[0].details["reason"]),
        ("key.revoked", &"leaked".into())
    );
}
