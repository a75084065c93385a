//! Trying a new key: it leaves its prompt only after it was copied, and is gone when the trial is.

use keystile_keys::Stage;

use crate::fixture::{MAIN_WINDOW, TestApp, error_code, plain_key};

#[tokio::test]
async fn a_key_is_taken_along_only_once_it_was_copied() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "reader").await;
    assert_eq!(
        error_code(app.registry.prompted_text(MAIN_WINDOW, &prompt.ticket)),
        "not_copied",
        "a key that opens nothing yet is not checked either"
    );
    assert_eq!(
        error_code(app.registry.try_key(MAIN_WINDOW, &prompt.ticket).await),
        "not_copied",
        "trying closes the prompt, so what holds for Close holds here"
    );
    assert_eq!(app.registry.trial(MAIN_WINDOW), None);
    app.copy_key(&prompt).await;
    let (_, text) = app
        .registry
        .prompted_text(MAIN_WINDOW, &prompt.ticket)
        .expect("it was copied");
    assert_eq!(*text, plain_key(&prompt), "the very key is checked");
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
        "nobody can see it again"
    );
    assert_eq!(app.count_audit("key.closed").await, 1);
}

#[tokio::test]
async fn the_key_of_a_trial_goes_to_its_own_environment_and_window_only_and_ends_with_it() {
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
    for (holder, place) in [("other", &environment), (MAIN_WINDOW, &elsewhere)] {
        assert_eq!(
            error_code(app.registry.trial_text(holder, place)),
            "no_trial",
            "it was taken along for one window and one environment"
        );
    }
    app.registry.end_trial(MAIN_WINDOW);
    assert_eq!(
        error_code(app.registry.trial_text(MAIN_WINDOW, &environment)),
        "no_trial",
        "whoever left has left it behind"
    );
}

#[tokio::test]
async fn a_saved_key_is_sent_to_its_own_environment_only() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let elsewhere = app.create_environment("preview", Stage::Development).await;
    let prompt = app.issue_key(environment, "ci").await;
    let text = plain_key(&prompt);
    app.copy_key(&prompt).await;
    let registry = &app.registry;
    assert_eq!(
        error_code(registry.keychain_text(prompt.key.id, &environment).await),
        "keychain_no_entry",
        "it was not saved"
    );
    registry
        .save(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("saved");
    app.close_prompt(&prompt).await;
    let held = registry.keychain_text(prompt.key.id, &environment).await;
    assert_eq!(held.ok().as_deref(), Some(&text));
    assert_eq!(
        error_code(registry.keychain_text(prompt.key.id, &elsewhere).await),
        "not_found",
        "another environment's API has no business with it"
    );
}
