//! Trying a new key: it leaves its prompt only after it was copied, and is gone when the trial is.

use keystile_keys::Stage;

use crate::world::{MAIN, World, code, plain};

#[tokio::test]
async fn a_key_is_taken_along_only_once_it_was_copied() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "reader").await;
    assert_eq!(
        code(world.registry.prompted_text(MAIN, &prompt.ticket)),
        "not_copied",
        "a key that opens nothing yet is not checked either"
    );
    assert_eq!(
        code(world.registry.try_key(MAIN, &prompt.ticket).await),
        "not_copied",
        "trying closes the prompt, so what holds for Close holds here"
    );
    assert_eq!(world.registry.trial(MAIN), None);
    world.copy(&prompt).await;
    let (_, text) = world
        .registry
        .prompted_text(MAIN, &prompt.ticket)
        .expect("it was copied");
    assert_eq!(*text, plain(&prompt), "the very key is checked");
    let trial = world
        .registry
        .try_key(MAIN, &prompt.ticket)
        .await
        .expect("it was copied");
    assert_eq!(
        (trial.name.as_str(), trial.key_id),
        ("reader", prompt.key.id)
    );
    assert_eq!(
        world.registry.open_prompt(MAIN),
        None,
        "nobody can see it again"
    );
    assert_eq!(world.count("key.closed").await, 1);
}

#[tokio::test]
async fn the_key_of_a_trial_goes_to_its_own_environment_and_window_only_and_ends_with_it() {
    let world = World::new().await;
    let environment = world.staging().await;
    let elsewhere = world.environment("preview", Stage::Development).await;
    let prompt = world.issue(environment, "reader").await;
    world.copy(&prompt).await;
    let text = plain(&prompt);
    world
        .registry
        .try_key(MAIN, &prompt.ticket)
        .await
        .expect("it was copied");
    let held = world.registry.trial_text(MAIN, &environment);
    assert_eq!(held.ok().as_deref(), Some(&text));
    for (holder, place) in [("other", &environment), (MAIN, &elsewhere)] {
        assert_eq!(
            code(world.registry.trial_text(holder, place)),
            "no_trial",
            "it was taken along for one window and one environment"
        );
    }
    world.registry.end_trial(MAIN);
    assert_eq!(
        code(world.registry.trial_text(MAIN, &environment)),
        "no_trial",
        "whoever left has left it behind"
    );
}

#[tokio::test]
async fn a_saved_key_is_sent_to_its_own_environment_only() {
    let world = World::new().await;
    let environment = world.staging().await;
    let elsewhere = world.environment("preview", Stage::Development).await;
    let prompt = world.issue(environment, "ci").await;
    let text = plain(&prompt);
    world.copy(&prompt).await;
    let registry = &world.registry;
    assert_eq!(
        code(registry.keychain_text(prompt.key.id, &environment).await),
        "keychain_no_entry",
        "it was not saved"
    );
    registry.save(MAIN, &prompt.ticket).await.expect("saved");
    world.close(&prompt).await;
    let held = registry.keychain_text(prompt.key.id, &environment).await;
    assert_eq!(held.ok().as_deref(), Some(&text));
    assert_eq!(
        code(registry.keychain_text(prompt.key.id, &elsewhere).await),
        "not_found",
        "another environment's API has no business with it"
    );
}
