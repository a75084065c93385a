//! Trials of new keys.

use keystile_keys::Stage;

use crate::fixture::{MAIN_WINDOW, TestApp, plain_key, result_code};

#[tokio::test]
async fn trial_requires_a_copied_key() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "reader").await;
    assert_eq!(
        result_code(app.registry.copied_text(MAIN_WINDOW, &prompt.ticket)),
        "not_copied",
        "a pending key cannot be verified"
    );
    assert_eq!(
        result_code(app.registry.try_key(MAIN_WINDOW, &prompt.ticket).await),
        "not_copied",
        "trying closes the prompt, so it requires a copy"
    );
    assert_eq!(app.registry.trial(MAIN_WINDOW), None);
    app.copy_key(&prompt).await;
    let (_, text) = app
        .registry
        .copied_text(MAIN_WINDOW, &prompt.ticket)
        .expect("it was copied");
    assert_eq!(*text, plain_key(&prompt), "the text must be the key");
    let trial = app
        .registry
        .try_key(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("it was copied");
    assert_eq!(
        (trial.name.as_str(), trial.key_id),
        ("reader", prompt.key.id)
    );
    assert_eq!(
        app.registry.open_prompt(MAIN_WINDOW),
        None,
        "the prompt must be closed"
    );
    assert_eq!(app.count_audit("key.closed").await, 1);
}

#[tokio::test]
async fn trial_key_is_limited_to_its_environment_and_window() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let elsewhere = app.create_environment("preview", Stage::Development).await;
    let prompt = app.issue_key(environment, "reader").await;
    app.copy_key(&prompt).await;
    let text = plain_key(&prompt);
    app.registry
        .try_key(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("it was copied");
    let held = app.registry.trial_text(MAIN_WINDOW, &environment);
    assert_eq!(held.ok().as_deref(), Some(&text));
    for (window, environment_id) in [("other", &environment), (MAIN_WINDOW, &elsewhere)] {
        assert_eq!(
            result_code(app.registry.trial_text(window, environment_id)),
            "trial_not_found",
            "the trial belongs to one window and environment"
        );
    }
    app.registry.end_trial(MAIN_WINDOW);
    assert_eq!(
        result_code(app.registry.trial_text(MAIN_WINDOW, &environment)),
        "trial_not_found",
        "the trial has ended"
    );
}

#[tokio::test]
async fn saved_key_is_limited_to_its_environment() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let elsewhere = app.create_environment("preview", Stage::Development).await;
    let prompt = app.issue_key(environment, "ci").await;
    let text = plain_key(&prompt);
    app.copy_key(&prompt).await;
    let registry = &app.registry;
    assert_eq!(
        result_code(registry.keychain_text(prompt.key.id, &environment).await),
        "keychain_no_entry",
        "the key was not saved"
    );
    registry
        .save(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("saved");
    app.close_prompt(&prompt).await;
    let held = registry.keychain_text(prompt.key.id, &environment).await;
    assert_eq!(held.ok().as_deref(), Some(&text));
    assert_eq!(
        result_code(registry.keychain_text(prompt.key.id, &elsewhere).await),
        "not_found",
        "the key must not be sent to another environment"
    );
}
