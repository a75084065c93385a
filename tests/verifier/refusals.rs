//! Each refusal has its code, and who showed a key is told only when its secret was the right one.

use keystile_keys::{Permission, Permissions, Prefix, State, Timestamp};
use keystile_verifier::DenyReason;

use crate::fixture::{
    NOW, VerifierFixture, checksum, forge_key_with_id, outcome_code, unissued_key,
};

#[tokio::test]
async fn each_state_of_a_key_has_its_answer() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    for (state, said) in [
        (State::Pending, "pending"),
        (State::Active, "accepted"),
        (State::Disabled, "disabled"),
        (State::Revoked, "revoked"),
        (State::Expired, "expired"),
        (State::Unclaimed, "revoked"),
        (State::Discarded, "revoked"),
    ] {
        let key = fixture
            .issue_key_with_state(state, Permissions::READ_WRITE)
            .await;
        let answer = verifier
            .verify(&key.text, &fixture.environment, Permission::Write, NOW)
            .await;
        assert_eq!(outcome_code(&answer), said, "{state}");
        let answer = answer.expect("an answer");
        let who = answer.key().expect("its secret was right");
        assert_eq!((who.id, who.state), (key.id, state));
        assert_eq!(who.environment_name, "Staging");
        assert_eq!(who.project_name, "Shop");
    }
}

#[tokio::test]
async fn a_read_only_key_reads_and_does_not_write() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture
        .issue_key_with_state(State::Active, Permissions::READ)
        .await;
    for (method, said) in [
        ("GET", "accepted"),
        ("HEAD", "accepted"),
        ("OPTIONS", "accepted"),
        ("POST", "insufficient_scope"),
        ("DELETE", "insufficient_scope"),
        ("get", "insufficient_scope"),
        ("PROPFIND", "insufficient_scope"),
    ] {
        let need = Permission::needed_for(method);
        let answer = verifier
            .verify(&key.text, &fixture.environment, need, NOW)
            .await;
        assert_eq!(outcome_code(&answer), said, "{method}");
    }
}

#[tokio::test]
async fn a_key_opens_its_own_environment_only() {
    let fixture = VerifierFixture::new().await;
    let other = fixture.create_environment("Production", "ks_prod").await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    let answer = verifier
        .verify(&key.text, &other, Permission::Read, NOW)
        .await;
    assert_eq!(outcome_code(&answer), "wrong_environment");
    let answer = verifier.identify(&key.text, NOW).await;
    assert_eq!(
        outcome_code(&answer),
        "accepted",
        "identify asks the key's own environment"
    );
}

#[tokio::test]
async fn a_date_that_has_come_needs_nobody_to_end_the_key() {
    let fixture = VerifierFixture::new().await;
    let key = fixture.issue_key().await;
    let mut foreign = fixture.raw_connection().await;
    sqlx::query("UPDATE keys SET expires_at = ?")
        .bind(NOW.as_millis() + 1000)
        .execute(&mut foreign)
        .await
        .expect("a date");
    let verifier = fixture.open_verifier().await;
    for (after, said) in [(0, "accepted"), (999, "accepted"), (1000, "expired")] {
        let now = Timestamp::from_millis(NOW.as_millis() + after);
        let answer = verifier
            .verify(&key.text, &fixture.environment, Permission::Read, now)
            .await;
        assert_eq!(outcome_code(&answer), said, "{after} ms later");
    }
}

#[tokio::test]
async fn what_is_no_key_or_nobodys_names_nobody() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    let body = key.text[..key.text.len() - 6].replacen("ks_stag", "ks_prod", 1);
    let other_prefix = format!("{body}{}", checksum(&body));
    let mut mistyped = key.text.clone();
    let last = mistyped.pop().expect("a character");
    mistyped.push(if last == 'a' { 'b' } else { 'a' });
    for (text, said) in [
        (String::new(), "invalid_key"),
        (mistyped, "invalid_key"),
        ("x".repeat(1_000_000), "invalid_key"),
        (unissued_key(&fixture.prefix), "unknown_key"),
        (forge_key_with_id(&fixture.prefix, key.id), "unknown_key"),
        (other_prefix, "unknown_key"),
        (
            unissued_key(&Prefix::parse("ks_prod").expect("a prefix")),
            "unknown_key",
        ),
    ] {
        let answer = verifier
            .verify(&text, &fixture.environment, Permission::Read, NOW)
            .await;
        assert_eq!(outcome_code(&answer), said);
        assert!(
            answer.expect("an answer").key().is_none(),
            "a name is told to nobody who has not shown the secret"
        );
        assert!(
            verifier
                .identify(&text, NOW)
                .await
                .expect("an answer")
                .key()
                .is_none()
        );
    }
}

#[tokio::test]
async fn figures_count_each_answer_once() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    for _ in 0..3 {
        fixture.outcome(&verifier, &key.text).await;
    }
    for _ in 0..2 {
        fixture.outcome(&verifier, "no key").await;
    }
    let unknown = verifier
        .verify(
            &unissued_key(&fixture.prefix),
            &fixture.environment,
            Permission::Read,
            NOW,
        )
        .await
        .expect("a verdict");
    assert_eq!(unknown.reason(), Some(DenyReason::UnknownKey));
    let figures = verifier.metrics();
    assert_eq!(figures.accepted, 3);
    assert_eq!(figures.rejected_for(DenyReason::InvalidKey), 2);
    assert_eq!(figures.rejected_for(DenyReason::UnknownKey), 1);
    assert_eq!(figures.argon2_runs, 1);
}
