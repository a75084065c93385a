//! The check of a new key: it is told what callers would be told, by the verifier, and nothing else notices.

use keystile_gateway::Outcome;
use keystile_gateway_control::dev::{KeyCheck, check_key};
use keystile_guard::DecisionCode;
use keystile_keys::{Permission, Permissions};
use keystile_registry::IssueRequest;
use keystile_store::{DATABASE_FILE, USAGE_FILE};
use keystile_verifier::Verifier;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::fixture::ServiceFixture;
use crate::gateway::ephemeral_address;
use crate::started::enter_endpoint;

const LACKS_WRITE: Outcome = Outcome::Refused(DecisionCode::InsufficientScope);

async fn verifier(fixture: &ServiceFixture) -> Verifier {
    Verifier::open(&fixture.store_path())
        .await
        .expect("a verifier")
}

async fn check(fixture: &ServiceFixture, verifier: &Verifier, key: &str) -> (Outcome, Outcome) {
    let checked = check_key(verifier, &fixture.environment, key).await;
    let KeyCheck { read, write, took } = checked;
    assert!(!took.is_zero(), "it says how long it took");
    (read, write)
}

#[tokio::test]
async fn a_key_is_told_what_it_may_do_and_why_not() {
    let fixture = ServiceFixture::new().await;
    let verifier = verifier(&fixture).await;
    for (key, read, write) in [
        (
            fixture.read_key.text.as_str(),
            Outcome::Accepted,
            LACKS_WRITE,
        ),
        (
            &fixture.write_key.text,
            Outcome::Accepted,
            Outcome::Accepted,
        ),
        (
            &fixture.other_environment_key.text,
            Outcome::Refused(DecisionCode::WrongEnvironment),
            Outcome::Refused(DecisionCode::WrongEnvironment),
        ),
        (
            "nonsense",
            Outcome::Refused(DecisionCode::InvalidKey),
            Outcome::Refused(DecisionCode::InvalidKey),
        ),
    ] {
        assert_eq!(check(&fixture, &verifier, key).await, (read, write));
    }
}

#[tokio::test]
async fn a_key_that_is_revoked_is_told_so_by_the_next_check() {
    let fixture = ServiceFixture::new().await;
    let verifier = verifier(&fixture).await;
    let key = fixture.write_key.text.as_str();
    let good = (Outcome::Accepted, Outcome::Accepted);
    assert_eq!(check(&fixture, &verifier, key).await, good);
    fixture.revoke_key(fixture.write_key.id).await;
    let revoked = Outcome::Refused(DecisionCode::Revoked);
    assert_eq!(
        check(&fixture, &verifier, key).await,
        (revoked, revoked),
        "the check asks as every caller does, so it knows no other answer"
    );
}

#[tokio::test]
async fn a_key_that_was_not_copied_is_told_that_it_opens_nothing() {
    let fixture = ServiceFixture::new().await;
    let request = IssueRequest {
        environment_id: fixture.environment,
        name: "not copied".to_owned(),
        permissions: Permissions::READ,
        idempotency_key: "not copied".to_owned(),
    };
    let prompt = fixture.registry.issue("main", &request).await;
    let text = prompt.expect("a key").plain.expect("its text").to_string();
    let pending = Outcome::Refused(DecisionCode::Pending);
    assert_eq!(
        check(&fixture, &verifier(&fixture).await, &text).await,
        (pending, pending)
    );
}

#[tokio::test]
async fn a_check_is_no_use_of_the_key_and_reaches_no_api() {
    let fixture = ServiceFixture::new().await;
    let endpoint = tokio::net::TcpListener::bind(ephemeral_address())
        .await
        .expect("a port");
    enter_endpoint(&fixture, endpoint.local_addr().ok()).await;
    let verifier = verifier(&fixture).await;
    check(&fixture, &verifier, &fixture.read_key.text).await;
    check(&fixture, &verifier, &fixture.write_key.text).await;
    verifier.flush_usage().await.expect("written");
    assert!(
        fixture
            .registry
            .usage_of_keys(&fixture.environment)
            .await
            .expect("usage")
            .is_empty(),
        "the list would show a key as used that nobody has used yet"
    );
    let asked = tokio::time::timeout(std::time::Duration::from_millis(200), endpoint.accept());
    assert!(
        asked.await.is_err(),
        "a write that nobody meant must not reach the API"
    );

    // The same verifier counts what is a use, so nothing above was lost on the way.
    let now = verifier.now();
    let answer = verifier
        .verify(
            &fixture.read_key.text,
            &fixture.environment,
            Permission::Read,
            now,
        )
        .await
        .expect("an answer");
    verifier.record(&answer, Permission::Read, None, now);
    verifier.flush_usage().await.expect("written");
    let usage = fixture
        .registry
        .usage_of_keys(&fixture.environment)
        .await
        .expect("usage");
    assert!(
        fixture.store_path().join(USAGE_FILE).is_file()
            && usage[&fixture.read_key.id].accepted == 1,
        "{usage:?}"
    );
}

/// What the registry stored is not asked: where it and the verifier disagree, whoever has the key must learn what the
/// verifier does.
#[tokio::test]
async fn a_check_tells_what_the_verifier_answers_and_not_what_was_issued() {
    let fixture = ServiceFixture::new().await;
    let mut connection = SqliteConnectOptions::new()
        .filename(fixture.store_path().join(DATABASE_FILE))
        .connect()
        .await
        .expect("a connection");
    for (id, permissions) in [
        (fixture.read_key.id, "read write"),
        (fixture.write_key.id, "read"),
    ] {
        sqlx::query("UPDATE keys SET permissions = ? WHERE id = ?")
            .bind(permissions)
            .bind(id.as_str())
            .execute(&mut connection)
            .await
            .expect("changed");
    }
    connection.close().await.expect("closed");
    let verifier = verifier(&fixture).await;
    assert_eq!(
        check(&fixture, &verifier, &fixture.read_key.text).await,
        (Outcome::Accepted, Outcome::Accepted),
        "it was issued to read only, and its callers can write"
    );
    assert_eq!(
        check(&fixture, &verifier, &fixture.write_key.text).await,
        (Outcome::Accepted, LACKS_WRITE),
        "it was issued to write, and its callers cannot"
    );
}
