//! What an API and its callers learn about the expiry of a key, and when a key with an expiry is denied.

use std::time::Duration;

use keystile_keys::{KeyId, Permissions, Timestamp};
use keystile_registry::{Expiry, GatewayInput, KeyChanges};

use crate::fixture::{ServiceFixture, issue_key};
use crate::started_gateway::{edit, start_echo_gateway};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn set_expiry(fixture: &ServiceFixture, key: KeyId, expiry: Expiry) -> Option<Timestamp> {
    let changes = KeyChanges {
        expiry: Some(expiry),
        ..KeyChanges::default()
    };
    let edited = fixture.registry.edit_key(key, &changes).await;
    edited.expect("an edit").expires_at
}

#[tokio::test]
async fn gateway_announces_an_expiry_to_the_api_and_the_caller() {
    let (fixture, gateway) = start_echo_gateway().await;
    let key = &fixture.read_key;
    let without = gateway.send("GET /orders", &key.text).await;
    assert!(
        without.body.contains("x-keystile-expires: never\n") && without.header("sunset").is_none(),
        "a key without an expiry announces none: {without:?}"
    );
    set_expiry(&fixture, key.id, Expiry::Days(30)).await;
    let later = gateway.send("GET /orders", &key.text).await;
    assert_eq!(later.header("sunset"), None, "not before the last 7 days");

    let at = Timestamp::from_millis(4_100_328_000_000);
    set_expiry(&fixture, key.id, Expiry::At(at)).await;
    let announced = gateway.send("GET /orders", &key.text).await;
    assert!(
        announced
            .body
            .contains(&format!("x-keystile-expires: {}\n", at.floor_to_secs())),
        "{announced:?}"
    );
    let in_six_days = set_expiry(&fixture, key.id, Expiry::Days(6)).await;
    let reply = gateway.send("GET /orders", &key.text).await;
    let sunset = reply.header("sunset").expect("a date");
    let parsed = httpdate::parse_http_date(sunset).expect("an HTTP date");
    assert_eq!(
        Some(Timestamp::from(parsed)),
        in_six_days.map(Timestamp::floor_to_secs)
    );
    edit(
        &fixture,
        GatewayInput {
            sunset_header: Some(false),
            ..GatewayInput::default()
        },
    )
    .await;
    let off = gateway
        .send_until("GET /orders", &key.text, |reply| {
            reply.header("sunset").is_none()
        })
        .await;
    assert_eq!(off.status, 200);
}

#[tokio::test]
async fn forward_auth_returns_the_expiry_of_a_key() {
    let fixture = ServiceFixture::new().await;
    let at = set_expiry(&fixture, fixture.read_key.id, Expiry::Days(3)).await;
    let line = format!(
        "GET /v1/auth/nginx/{}\r\nX-Original-Method: GET\r\nX-Forwarded-Uri: /\r\nX-API-KEY: {}",
        fixture.environment, fixture.read_key.text
    );
    let reply = fixture.send(&line).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let expected = at.map(|at| at.floor_to_secs().to_string());
    assert_eq!(reply.header("x-keystile-expires"), expected.as_deref());
}

#[tokio::test]
async fn metrics_tell_the_time_until_the_next_expiry() {
    let fixture = ServiceFixture::new().await;
    let name = "keystile_next_key_expiry_seconds{";
    let without = fixture.send("GET /metrics").await.body;
    assert!(!without.contains(name), "no key expires: {without}");
    set_expiry(&fixture, fixture.write_key.id, Expiry::Days(20)).await;
    set_expiry(&fixture, fixture.read_key.id, Expiry::Days(10)).await;
    let metrics = fixture.send("GET /metrics").await.body;
    let lines: Vec<_> = metrics
        .lines()
        .filter(|line| line.starts_with(name))
        .collect();
    let [line] = lines[..] else {
        panic!("one environment has keys that expire: {lines:?}");
    };
    let seconds: u64 = line
        .rsplit(' ')
        .next()
        .and_then(|text| text.parse().ok())
        .expect("seconds");
    let expected = (DAY * 10).as_secs();
    assert!(
        (expected - 60..=expected).contains(&seconds),
        "the next expiry is that of the reader: {line}"
    );
}

#[tokio::test]
async fn key_is_denied_by_every_door_from_its_expiry_on() {
    let (fixture, gateway) = start_echo_gateway().await;
    let key = issue_key(
        &fixture.registry,
        fixture.environment,
        "short-lived",
        Permissions::READ,
    )
    .await;
    let expires_at = Timestamp::now().saturating_add(Duration::from_millis(1_500));
    set_expiry(&fixture, key.id, Expiry::At(expires_at)).await;
    let verify = async || {
        let request =
            serde_json::json!({"key": key.text, "environment": fixture.environment.as_str()});
        fixture.post_verify(&request).await.json()["code"].clone()
    };
    let commit = fixture.registry.store().last_commit().expect("a commit");
    loop {
        let before = Timestamp::now();
        let (status, code) = (
            gateway.send("GET /orders", &key.text).await.status,
            verify().await,
        );
        let after = Timestamp::now();
        if after < expires_at {
            assert_eq!((status, code), (200, "allowed".into()), "before its expiry");
        } else if before >= expires_at {
            assert_eq!((status, code), (401, "expired".into()), "after its expiry");
            break;
        }
    }
    assert_eq!(
        fixture.registry.store().last_commit().expect("a commit"),
        commit,
        "nothing was written to the database"
    );
}
