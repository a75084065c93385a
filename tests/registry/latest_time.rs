//! A clock that was ahead for a time, and processes that have not all seen it.

use std::time::{Duration, Instant};

use keystile_keys::{KeyId, State, Timestamp};
use keystile_registry::{Prompt, RotateRequest};
use keystile_store::LATEST_TIME_FILE;
use keystile_verifier::Verifier;

use crate::fixture::{MAIN_WINDOW, TestApp, plain_key};
use crate::manual_clock::ManualClock;

const AHEAD: Duration = Duration::from_secs(20);
const HOUR: Duration = Duration::from_secs(60 * 60);

async fn open_verifier(app: &TestApp, clock: &ManualClock) -> Verifier {
    app.open_verifier_with(clock.verifier_builder()).await
}

/// Waits until the file beside the database contains a time.
async fn wait_until_written(app: &TestApp, time: Timestamp) {
    let written = format!("{:020}\n", time.as_millis());
    let path = app.store_path().join(LATEST_TIME_FILE);
    let begun = Instant::now();
    while std::fs::read_to_string(&path).ok().as_ref() != Some(&written) {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "{written} must be written"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Issues and copies a key.
async fn issue(app: &TestApp) -> Prompt {
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    app.copy_key(&prompt).await;
    app.close_prompt(&prompt).await;
    prompt
}

/// Rotates a key and copies its new secret.
async fn rotate(app: &TestApp, key_id: KeyId, overlap: Duration) -> Prompt {
    let request = RotateRequest {
        key_id,
        overlap,
        idempotency_key: format!("{overlap:?}"),
    };
    let prompt = app.registry.rotate_key(MAIN_WINDOW, &request, None).await;
    let prompt = prompt.expect("a rotation");
    app.copy_key(&prompt).await;
    app.close_prompt(&prompt).await;
    prompt
}

#[tokio::test]
async fn pause_after_the_clock_was_set_back_is_not_over_in_a_process_that_saw_a_later_time() {
    let clock = ManualClock::new();
    let app = TestApp::with_clock(clock.clock()).await;
    let key = issue(&app).await;
    let verifier = open_verifier(&app, &clock).await;
    wait_until_written(&app, clock.now()).await;
    // So little that the time in the file is still good enough while the clock goes on.
    clock.advance(AHEAD);
    let ahead = verifier.latest_time();
    clock.set_back(AHEAD);
    wait_until_written(&app, ahead).await;
    let paused = app.registry.disable_key(key.key.id, Some(AHEAD / 2)).await;
    let paused = paused.expect("paused");
    assert_eq!(
        (paused.state, paused.disabled_until),
        (State::Disabled, Some(ahead.saturating_add(AHEAD / 2)))
    );
    let verification = verifier.identify(&plain_key(&key), clock.now()).await;
    let reason = verification.expect("a decision").reason();
    assert_eq!(reason.map(|reason| reason.as_str()), Some("disabled"));
}

#[tokio::test]
async fn secret_that_is_ended_after_the_clock_was_set_back_ends_in_every_process() {
    for overlap in [Duration::ZERO, HOUR * 24] {
        let clock = ManualClock::new();
        let app = TestApp::with_clock(clock.clock()).await;
        let key = issue(&app).await;
        // Suspended while the clock is ahead.
        let verifier = open_verifier(&app, &ManualClock::new()).await;
        clock.advance(HOUR);
        let found = app.registry.find_keys(&[key.key.id]).await;
        found.expect("the registry has seen the time");
        clock.set_back(HOUR);
        rotate(&app, key.key.id, overlap).await;
        if overlap > Duration::ZERO {
            let ended = app.registry.end_old_secret(key.key.id).await;
            ended.expect("ended");
        }
        let verification = verifier.identify(&plain_key(&key), clock.now()).await;
        let reason = verification.expect("a decision").reason();
        assert_eq!(
            reason.map(|reason| reason.as_str()),
            Some("rotated"),
            "the next request is denied, after an overlap of {overlap:?}"
        );
    }
}
