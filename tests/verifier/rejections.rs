//! Each deny reason has its code, and key info is returned only for the right secret.

use keystile_keys::{Permission, Permissions, Prefix, State, Timestamp};
use keystile_verifier::DenyReason;

use crate::fixture::{
    NOW, VerifierFixture, checksum, forge_key_with_id, outcome_code, unissued_key,
};

#[tokio::test]
async fn each_key_state_has_its_deny_reason() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    for (state, expected) in [
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
        // A verifier on PostgreSQL may learn of a key with a delay before it is claimed.
        fixture
            .wait_for_outcome(&verifier, &key.text, expected)
            .await;
        let verification = verifier
            .verify(&key.text, &fixture.environment, Permission::Write, NOW)
            .await;
        assert_eq!(outcome_code(&verification), expected, "{state}");
        let verification = verification.expect("a decision");
        let info = verification.key().expect("key info");
        assert_eq!((info.id, info.state), (key.id, state));
        assert_eq!(info.environment_name, "Staging");
        assert_eq!(info.project_name, "Shop");
    }
}

#[tokio::test]
async fn read_only_key_is_denied_writes() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture
        .issue_key_with_state(State::Active, Permissions::READ)
        .await;
    for (method, expected) in [
        ("GET", "accepted"),
        ("HEAD", "accepted"),
        ("OPTIONS", "accepted"),
        ("POST", "insufficient_scope"),
        ("DELETE", "insufficient_scope"),
        ("get", "insufficient_scope"),
        ("PROPFIND", "insufficient_scope"),
    ] {
        let permission = Permission::needed_for(method);
        let verification = verifier
            .verify(&key.text, &fixture.environment, permission, NOW)
            .await;
        assert_eq!(outcome_code(&verification), expected, "{method}");
    }
}

#[tokio::test]
async fn key_is_denied_in_another_environment() {
    let fixture = VerifierFixture::new().await;
    let other = fixture.create_environment("Production", "ks_prod").await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    let verification = verifier
        .verify(&key.text, &other, Permission::Read, NOW)
        .await;
    assert_eq!(outcome_code(&verification), "wrong_environment");
    let verification = verifier.identify(&key.text, NOW).await;
    assert_eq!(
        outcome_code(&verification),
        "accepted",
        "identify uses the key's own environment"
    );
}

#[tokio::test]
async fn key_expires_by_date_without_a_state_change() {
    let fixture = VerifierFixture::new().await;
    let key = fixture.issue_key().await;
    // In the future: a time before that of the store's programs would be a clock that was set back.
    let start = Timestamp::now().as_millis() + 86_400_000;
    fixture
        .run_sql(&format!("UPDATE keys SET expires_at = {}", start + 1000))
        .await;
    let verifier = fixture.open_verifier().await;
    for (after, expected) in [(0, "accepted"), (999, "accepted"), (1000, "expired")] {
        let now = Timestamp::from_millis(start + after);
        let verification = verifier
            .verify(&key.text, &fixture.environment, Permission::Read, now)
            .await;
        assert_eq!(outcome_code(&verification), expected, "{after} ms later");
    }
    let next = fixture.open_verifier().await;
    for verifier in [verifier, next] {
        let day_before = Timestamp::from_millis(start - 86_400_000);
        let verification = verifier.identify(&key.text, day_before).await;
        assert_eq!(
            outcome_code(&verification),
            "expired",
            "a clock that is set back revives no key, also not in a process that starts then"
        );
    }
}

#[tokio::test]
async fn invalid_or_unknown_key_reveals_no_key_info() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    let body = key.text[..key.text.len() - 6].replacen("ks_stag", "ks_prod", 1);
    let other_prefix = format!("{body}{}", checksum(&body));
    let mut mistyped = key.text.clone();
    let last = mistyped.pop().expect("a character");
    mistyped.push(if last == 'a' { 'b' } else { 'a' });
    for (text, expected) in [
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
        let verification = verifier
            .verify(&text, &fixture.environment, Permission::Read, NOW)
            .await;
        assert_eq!(outcome_code(&verification), expected);
        assert!(
            verification.expect("a decision").key().is_none(),
            "key info requires the right secret"
        );
        assert!(
            verifier
                .identify(&text, NOW)
                .await
                .expect("a decision")
                .key()
                .is_none()
        );
    }
}

#[tokio::test]
async fn metrics_count_each_check_once() {
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
        .expect("a decision");
    assert_eq!(unknown.reason(), Some(DenyReason::UnknownKey));
    let metrics = verifier.metrics();
    assert_eq!(metrics.accepted, 3);
    assert_eq!(metrics.rejected_for(DenyReason::InvalidKey), 2);
    assert_eq!(metrics.rejected_for(DenyReason::UnknownKey), 1);
    assert_eq!(metrics.argon2_runs, 1);
}
