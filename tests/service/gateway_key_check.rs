//! Tests of the check of a new key.

use keystile_gateway::Outcome;
use keystile_gateway_control::dev::{KeyCheckResult, check_key};
use keystile_guard::DecisionCode;
use keystile_keys::{Permission, Permissions};
use keystile_registry::IssueRequest;
use keystile_store::{DATABASE_FILE, USAGE_FILE};
use keystile_verifier::Verifier;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::fixture::ServiceFixture;
use crate::gateway::ephemeral_address;
use crate::started_gateway::enter_endpoint;

const INSUFFICIENT_SCOPE: Outcome = Outcome::Denied(DecisionCode::InsufficientScope);

async fn verifier(fixture: &ServiceFixture) -> Verifier {
    Verifier::open(&fixture.store_path())
        .await
        .expect("a verifier")
}

async fn check(fixture: &ServiceFixture, verifier: &Verifier, key: &str) -> (Outcome, Outcome) {
    let checked = check_key(verifier, &fixture.environment, key).await;
    let KeyCheckResult {
        read,
        write,
        duration,
    } = checked;
    assert!(!duration.is_zero(), "the duration is measured");
    (read, write)
}

#[tokio::test]
async fn key_check_returns_decisions_for_read_and_write() {
    let fixture = ServiceFixture::new().await;
    let verifier = verifier(&fixture).await;
    for (key, read, write) in [
        (
            fixture.read_key.text.as_str(),
            Outcome::Allowed,
            INSUFFICIENT_SCOPE,
        ),
        (&fixture.write_key.text, Outcome::Allowed, Outcome::Allowed),
        (
            &fixture.other_environment_key.text,
            Outcome::Denied(DecisionCode::WrongEnvironment),
            Outcome::Denied(DecisionCode::WrongEnvironment),
        ),
        (
            "nonsense",
            Outcome::Denied(DecisionCode::InvalidKey),
            Outcome::Denied(DecisionCode::InvalidKey),
        ),
    ] {
        assert_eq!(check(&fixture, &verifier, key).await, (read, write));
    }
}

#[tokio::test]
async fn key_check_reports_revocation() {
    let fixture = ServiceFixture::new().await;
    let verifier = verifier(&fixture).await;
    let key = fixture.write_key.text.as_str();
    let allowed = (Outcome::Allowed, Outcome::Allowed);
    assert_eq!(check(&fixture, &verifier, key).await, allowed);
    fixture.revoke_key(fixture.write_key.id).await;
    let revoked = Outcome::Denied(DecisionCode::Revoked);
    assert_eq!(
        check(&fixture, &verifier, key).await,
        (revoked, revoked),
        "the check uses the current state of the key"
    );
}

#[tokio::test]
async fn key_check_reports_pending_key() {
    let fixture = ServiceFixture::new().await;
    let request = IssueRequest::new(
        fixture.environment,
        "not copied",
        Permissions::READ,
        "not copied",
    );
    let prompt = fixture.registry.issue("main", &request).await;
    let text = prompt.expect("a key").plain.expect("its text").to_string();
    let pending = Outcome::Denied(DecisionCode::Pending);
    assert_eq!(
        check(&fixture, &verifier(&fixture).await, &text).await,
        (pending, pending)
    );
}

#[tokio::test]
async fn key_check_is_not_counted_and_sends_no_request() {
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
            .usage_of_keys(&[fixture.read_key.id, fixture.write_key.id])
            .await
            .expect("usage")
            .is_empty(),
        "the check is not counted as a use"
    );
    let connection = tokio::time::timeout(std::time::Duration::from_millis(200), endpoint.accept());
    assert!(
        connection.await.is_err(),
        "the check sends no request to the upstream"
    );

    // The same verifier counts a real use.
    let now = verifier.now();
    let verification = verifier
        .verify(
            &fixture.read_key.text,
            &fixture.environment,
            Permission::Read,
            now,
        )
        .await
        .expect("a response");
    verifier.record(&verification, Permission::Read, None, now);
    verifier.flush_usage().await.expect("written");
    let usage = fixture
        .registry
        .usage_of_keys(&[fixture.read_key.id, fixture.write_key.id])
        .await
        .expect("usage");
    assert!(
        fixture.store_path().join(USAGE_FILE).is_file() && usage[&fixture.read_key.id].allowed == 1,
        "{usage:?}"
    );
}

/// The verifier decides, even if the prompt has other permissions.
#[tokio::test]
async fn key_check_reports_stored_permissions() {
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
        (Outcome::Allowed, Outcome::Allowed),
        "the key was issued with read and has write now"
    );
    assert_eq!(
        check(&fixture, &verifier, &fixture.write_key.text).await,
        (Outcome::Allowed, INSUFFICIENT_SCOPE),
        "the key was issued with write and has read now"
    );
}
