//! Issuing: one key a submission, names free of doubt, nothing half made.

use keystile_keys::{EnvironmentId, PlainKey, State, os_random};
use keystile_registry::IssueRequest;

use crate::world::{MAIN, World, code, plain, request};

#[tokio::test]
async fn a_new_key_is_pending_and_its_text_belongs_to_it() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "  ci-writer ").await;
    assert_eq!(prompt.key.name, "ci-writer", "names are trimmed");
    assert_eq!(
        world.state(prompt.key.id).await,
        State::Pending,
        "a key opens nothing until it was copied"
    );
    let text = plain(&prompt);
    let parsed = PlainKey::parse(&text).expect("the text is a key");
    assert_eq!(parsed.id(), prompt.key.id, "the text names the row");
    assert_eq!(
        parsed.prefix().as_str(),
        "ks_stag",
        "the text begins with the environment's prefix"
    );
    assert_eq!(
        world
            .registry
            .list_keys(&environment)
            .await
            .expect("a list"),
        [],
        "a pending key is never listed"
    );
    assert_eq!(
        world.actions().await,
        ["project.created", "environment.created", "key.issued"],
        "each change has its row"
    );
}

#[tokio::test]
async fn a_submission_sent_twice_makes_one_key() {
    let world = World::new().await;
    let environment = world.staging().await;
    let first = world.issue(environment, "ci").await;
    let again = world.issue(environment, "ci").await;
    assert_eq!(again.ticket, first.ticket, "the same prompt is shown again");
    assert_eq!(plain(&again), plain(&first));
    assert_eq!(world.count("key.issued").await, 1);
}

#[tokio::test]
async fn a_submission_sent_twice_at_once_makes_one_key() {
    let world = World::new().await;
    let environment = world.staging().await;
    let request = request(environment, "ci");
    let (one, other) = tokio::join!(
        world.registry.issue(MAIN, &request),
        world.registry.issue(MAIN, &request)
    );
    let (one, other) = (one.expect("a prompt"), other.expect("the same prompt"));
    assert_eq!(one.ticket, other.ticket);
    assert_eq!(world.count("key.issued").await, 1);
}

#[tokio::test]
async fn a_submission_shows_nothing_to_another_window_or_another_process() {
    let world = World::new().await;
    let environment = world.staging().await;
    let request = request(environment, "ci");
    world.registry.issue(MAIN, &request).await.expect("a key");
    assert_eq!(
        code(world.registry.issue("other", &request).await),
        "already_issued"
    );
    let beside = world.beside().await;
    assert_eq!(
        code(beside.registry.issue(MAIN, &request).await),
        "already_issued",
        "the plain key is in one process only"
    );
    assert_eq!(world.count("key.issued").await, 1);
}

#[tokio::test]
async fn a_submission_sent_again_after_its_prompt_was_closed_makes_no_key() {
    let world = World::new().await;
    let environment = world.staging().await;
    world.active_key(environment, "ci").await;
    let again = world
        .registry
        .issue(MAIN, &request(environment, "ci"))
        .await;
    assert_eq!(code(again), "already_issued");
}

#[tokio::test]
async fn a_name_is_taken_without_regard_to_case_while_its_key_lives() {
    let world = World::new().await;
    let environment = world.staging().await;
    let elsewhere = world
        .environment("dev", keystile_keys::Stage::Development)
        .await;
    let key = world.active_key(environment, "Straße").await;
    let error = world
        .registry
        .issue(MAIN, &request(environment, "STRASSE"))
        .await
        .err()
        .expect("the name is taken");
    assert_eq!(error.code(), "name_taken");
    assert_eq!(
        error.field().map(|field| field.name()).as_deref(),
        Some("name"),
        "the message stands at the field"
    );
    world.issue(elsewhere, "STRASSE").await;
    world.registry.revoke(key, None).await.expect("revoked");
    world.issue(environment, "STRASSE").await;
}

#[tokio::test]
async fn a_pending_key_takes_its_name_too() {
    let world = World::new().await;
    let environment = world.staging().await;
    let prompt = world.issue(environment, "ci").await;
    let mut twin = request(environment, "CI");
    assert_eq!(
        code(world.registry.issue(MAIN, &twin).await),
        "name_taken",
        "the key may be copied at any moment"
    );
    world
        .registry
        .discard(MAIN, &prompt.ticket)
        .await
        .expect("discarded");
    twin.idempotency_key.push('2');
    assert_eq!(code(world.registry.issue(MAIN, &twin).await), "done");
}

#[tokio::test]
async fn what_is_no_name_and_no_environment_makes_no_key() {
    let world = World::new().await;
    let environment = world.staging().await;
    let nowhere = EnvironmentId::generate(&mut os_random()).expect("an id");
    let long = "x".repeat(81);
    for (name, environment, expected) in [
        ("   ", environment, "name_empty"),
        (long.as_str(), environment, "name_too_long"),
        ("a\u{202e}b", environment, "name_characters"),
        ("ci", nowhere, "not_found"),
    ] {
        let request = request(environment, name);
        assert_eq!(
            code(world.registry.issue(MAIN, &request).await),
            expected,
            "{name:?}"
        );
    }
    for idempotency_key in [String::new(), "x".repeat(65)] {
        let request = IssueRequest {
            idempotency_key,
            ..request(environment, "ci")
        };
        assert_eq!(
            code(world.registry.issue(MAIN, &request).await),
            "bad_request"
        );
    }
    assert_eq!(world.count("key.issued").await, 0);
}

#[tokio::test]
async fn when_the_database_cannot_be_written_there_is_no_key_and_no_prompt() {
    let world = World::new().await;
    let environment = world.staging().await;
    world.make_unwritable().await;
    let request = request(environment, "ci");
    assert_eq!(
        code(world.registry.issue(MAIN, &request).await),
        "database_read_only"
    );
    assert_eq!(
        world.registry.open_prompt(MAIN),
        None,
        "no key leaves before it is stored"
    );
    world.make_writable().await;
    assert_eq!(
        code(world.registry.issue(MAIN, &request).await),
        "done",
        "the same form can be sent again"
    );
}

#[tokio::test]
async fn submission_without_an_id_is_refused_with_its_own_sentence() {
    let world = World::new().await;
    let environment = world.staging().await;
    for id in [String::new(), "x".repeat(65)] {
        let mut request = crate::world::request(environment, "ci");
        request.idempotency_key = id;
        let issued = world.registry.issue(crate::world::MAIN, &request).await;
        let error = issued.err().expect("no id");
        assert_eq!(error.code(), "bad_request");
        assert!(error.to_string().contains("submission"), "{error}");
    }
}

#[tokio::test]
async fn claims_folder_is_private_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt;

    // Each test is a process of its own, so the umask is nobody else's.
    rustix::process::umask(rustix::fs::Mode::empty());
    let world = World::new().await;
    let environment = world.staging().await;
    world.issue(environment, "ci").await;
    let metadata = std::fs::metadata(world.claims()).expect("a folder");
    assert_eq!(metadata.permissions().mode() & 0o777, 0o700);
}
