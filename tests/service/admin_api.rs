//! The admin API: keys are created, confirmed, and managed over HTTP.

use std::time::Duration;

use keystile_admin::AdminSettings;
use keystile_keys::Stage;
use keystile_service::AdminTokens;
use keystile_tests::fixture::environment_input;
use keystile_tests::raw_http::{Reply, call, read};
use rustix::net::sockopt::set_socket_linger;
use serde_json::{Value, json};
use sqlx::Executor;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::fixture::{ENVIRONMENT_NAME, ServiceFixture, local_settings};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const SCOPED_TOKEN: &str = "fedcba9876543210fedcba9876543210";
/// The environment of the fixture as one path segment.
const ENVIRONMENT: &str = "Gr%C3%B6%C3%9Fe%20%26%20Co%2Fstaging";

fn settings() -> AdminSettings {
    let tokens = format!("# all projects\n{TOKEN}\n\n{SCOPED_TOKEN} Shop\n");
    AdminSettings::new(AdminTokens::parse(&tokens).expect("tokens"))
}

async fn fixture() -> ServiceFixture {
    ServiceFixture::with_admin_api(settings()).await
}

async fn send_as(fixture: &ServiceFixture, token: &str, line: &str, body: Option<&Value>) -> Reply {
    let head = format!("{line}\r\nAuthorization: Bearer {token}");
    match body {
        Some(body) => {
            let head = format!("{head}\r\nContent-Type: application/json");
            fixture.send_with_body(&head, &body.to_string()).await
        }
        None => fixture.send(&head).await,
    }
}

async fn send(fixture: &ServiceFixture, line: &str, body: Option<Value>) -> Reply {
    send_as(fixture, TOKEN, line, body.as_ref()).await
}

fn create_line() -> String {
    format!("POST /v1/admin/environments/{ENVIRONMENT}/keys")
}

/// Creates a key for reading without confirming it.
async fn create(fixture: &ServiceFixture, name: &str) -> Value {
    let reply = send(fixture, &create_line(), Some(json!({ "name": name }))).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    reply.json()
}

async fn confirm(fixture: &ServiceFixture, created: &Value) -> Reply {
    let url = created["confirmation_url"].as_str().expect("a path");
    send(fixture, &format!("POST {url}"), None).await
}

/// Creates and confirms a key, and returns its id and its text.
async fn active_key(fixture: &ServiceFixture, name: &str) -> (String, String) {
    let created = create(fixture, name).await;
    assert_eq!(confirm(fixture, &created).await.status, 200);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&created["key"]["id"]), text(&created["api_key"]))
}

async fn verify(fixture: &ServiceFixture, key: &str, permission: &str) -> String {
    let body = json!({"key": key, "environment": ENVIRONMENT_NAME, "permission": permission});
    let reply = send(fixture, "POST /v1/verify", Some(body)).await;
    reply.json()["code"].as_str().expect("a code").to_owned()
}

async fn state(fixture: &ServiceFixture, created: &Value) -> Value {
    let id = created["key"]["id"].as_str().expect("an id");
    let reply = send(fixture, &format!("GET /v1/admin/keys/{id}"), None).await;
    reply.json()["state"].clone()
}

/// Waits until a key is in a state, for at most 5 s.
async fn wait_for_state(fixture: &ServiceFixture, created: &Value, expected: &str) {
    for _ in 0..100 {
        if state(fixture, created).await == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(state(fixture, created).await, expected);
}

#[tokio::test]
async fn created_key_works_from_its_confirmation_on() {
    let fixture = fixture().await;
    let body = json!({
        "name": "deploy",
        "permissions": ["read", "write"],
        "expires_at": "2099-01-31T00:00:00Z",
        "owner": "Ada",
        "note": "for the pipeline",
        "tags": ["ci"],
    });
    let reply = send(&fixture, &create_line(), Some(body)).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let created = reply.json();
    let id = created["key"]["id"].as_str().expect("an id");
    let path = format!("/v1/admin/keys/{id}");
    assert_eq!(reply.header("location"), Some(path.as_str()));
    let key = created["api_key"].as_str().expect("a key");
    assert!(key.contains(id), "the id is a part of the key");
    for (field, value) in [
        ("name", json!("deploy")),
        ("permissions", json!(["read", "write"])),
        ("expires_at", json!("2099-01-31T00:00:00Z")),
        ("owner", json!("Ada")),
        ("note", json!("for the pipeline")),
        ("tags", json!(["ci"])),
        ("state", json!("pending")),
    ] {
        assert_eq!(created["key"][field], value, "{field}");
    }
    assert_eq!(verify(&fixture, key, "read").await, "pending");
    let confirmed = confirm(&fixture, &created).await;
    assert_eq!(
        (confirmed.status, &confirmed.json()["state"]),
        (200, &json!("active"))
    );
    assert!(!confirmed.body.contains(key), "the key is returned once");
    assert_eq!(verify(&fixture, key, "write").await, "allowed");
    let again = confirm(&fixture, &created).await;
    assert_eq!(again.status, 200, "a client may repeat its confirmation");
    let shown = send(&fixture, &format!("GET {path}"), None).await;
    assert!(!shown.body.contains(key), "{shown:?}");
}

#[tokio::test]
async fn key_that_is_not_confirmed_in_time_is_revoked() {
    let settings = AdminSettings {
        confirm_within: Duration::from_millis(300),
        ..settings()
    };
    let fixture = ServiceFixture::with_admin_api(settings).await;
    let created = create(&fixture, "lost").await;
    wait_for_state(&fixture, &created, "unclaimed").await;
    let late = confirm(&fixture, &created).await;
    assert_eq!(
        (late.status, late.code().as_str()),
        (404, "unknown_confirmation")
    );
    let key = created["api_key"].as_str().expect("a key");
    assert_ne!(verify(&fixture, key, "read").await, "allowed");
    create(&fixture, "lost").await;
}

/// Opens a connection, and sends a request on it. `line` may have further header lines.
async fn open_with(fixture: &ServiceFixture, line: &str, body: &str) -> TcpStream {
    let (line, headers) = line.split_once("\r\n").unwrap_or((line, "Accept: */*"));
    let request = format!(
        "{line} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n\
         {headers}\r\nContent-Length: {}\r\n\r\n{body}",
        fixture.address,
        body.len()
    );
    let mut stream = TcpStream::connect(fixture.address)
        .await
        .expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("sent");
    stream
}

/// Resets a connection whose response has arrived and is not read.
async fn reset(stream: TcpStream) {
    stream.readable().await.expect("a response");
    // Dropped, it sends a reset.
    set_socket_linger(&stream, Some(Duration::ZERO)).expect("an option");
}

/// Waits until the key with this name was revoked as unclaimed, for at most 5 s.
async fn wait_until_unclaimed(fixture: &ServiceFixture, name: &str) {
    for _ in 0..100 {
        if find(fixture, name).await["key"]["state"] == "unclaimed" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{}", find(fixture, name).await);
}

/// Returns the key with this name as a response would.
async fn find(fixture: &ServiceFixture, name: &str) -> Value {
    let line = format!("GET /v1/admin/environments/{ENVIRONMENT}/keys?search={name}");
    let listed = send(fixture, &line, None).await.json();
    match listed["keys"].as_array().map(Vec::as_slice) {
        Some([found]) => found.clone(),
        _ => json!({"key": {"id": ""}}),
    }
}

#[tokio::test]
async fn key_whose_connection_fails_is_revoked_before_its_time() {
    let fixture = fixture().await;
    reset(open_with(&fixture, &create_line(), r#"{"name":"reset"}"#).await).await;
    wait_until_unclaimed(&fixture, "reset").await;
}

#[tokio::test]
async fn request_that_is_repeated_after_a_failed_connection_gets_its_key() {
    let fixture = fixture().await;
    let line = format!("{}\r\nIdempotency-Key: \"9f1c\"", create_line());
    reset(open_with(&fixture, &line, r#"{"name":"retry"}"#).await).await;
    // Longer than the other test waits between two looks.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let line = format!("{}\r\nIdempotency-Key: 9f1c", create_line());
    let repeated = send(&fixture, &line, Some(json!({"name": "retry"}))).await;
    assert_eq!(repeated.status, 201, "{repeated:?}");
    let third = send(&fixture, &line, Some(json!({"name": "retry"}))).await;
    assert_eq!(third.json()["api_key"], repeated.json()["api_key"]);
    let other = send(&fixture, &line, Some(json!({"name": "other"}))).await;
    assert_eq!(
        (other.status, other.code().as_str()),
        (422, "idempotency_key_reused")
    );
    assert_eq!(confirm(&fixture, &repeated.json()).await.status, 200);
    let late = send(&fixture, &line, Some(json!({"name": "retry"}))).await;
    assert_eq!((late.status, late.code().as_str()), (409, "already_issued"));
}

#[tokio::test]
async fn discarded_key_never_works() {
    let fixture = fixture().await;
    let created = create(&fixture, "unwanted").await;
    let url = created["confirmation_url"].as_str().expect("a path");
    let discarded = send(&fixture, &format!("DELETE {url}"), None).await;
    assert_eq!((discarded.status, discarded.body.as_str()), (204, ""));
    assert_eq!(state(&fixture, &created).await, "discarded");
    assert_eq!(
        confirm(&fixture, &created).await.code(),
        "unknown_confirmation"
    );
    assert_eq!(
        send(&fixture, &format!("DELETE {url}"), None).await.code(),
        "unknown_confirmation"
    );
}

#[tokio::test]
async fn token_of_a_project_finds_nothing_else() {
    let fixture = fixture().await;
    let input = environment_input("live", Stage::Production);
    let shop = fixture.registry.create_project("Shop", Some(&input)).await;
    let live = shop
        .expect("a project")
        .environment
        .expect("an environment");
    let list = send_as(&fixture, SCOPED_TOKEN, "GET /v1/admin/environments", None).await;
    let list = list.json();
    assert_eq!(list["environments"].as_array().map(Vec::len), Some(1));
    assert_eq!(list["environments"][0]["id"], live.id.as_str());
    let own = format!("POST /v1/admin/environments/{}/keys", live.id);
    let body = json!({"name": "mine"});
    let created = send_as(&fixture, SCOPED_TOKEN, &own, Some(&body)).await;
    assert_eq!(created.status, 201, "{created:?}");
    let foreign = create(&fixture, "foreign").await;
    let (id, url) = (&foreign["key"]["id"], &foreign["confirmation_url"]);
    let (id, url) = (id.as_str().expect("an id"), url.as_str().expect("a path"));
    for (line, code) in [
        (create_line(), "unknown_environment"),
        (
            format!("GET /v1/admin/environments/{ENVIRONMENT}/keys"),
            "unknown_environment",
        ),
        (format!("GET /v1/admin/keys/{id}"), "not_found"),
        (format!("PATCH /v1/admin/keys/{id}"), "not_found"),
        (format!("POST /v1/admin/keys/{id}/revoke"), "not_found"),
        (format!("POST /v1/admin/keys/{id}/rotate"), "not_found"),
        (format!("POST {url}"), "unknown_confirmation"),
        (format!("DELETE {url}"), "unknown_confirmation"),
    ] {
        let reply = send_as(&fixture, SCOPED_TOKEN, &line, None).await;
        assert_eq!((reply.status, reply.code().as_str()), (404, code), "{line}");
    }
    assert_eq!(state(&fixture, &foreign).await, "pending");
    let key = fixture.read_key.text.as_str();
    let body = json!({"key": key, "environment": ENVIRONMENT_NAME});
    let verified = send_as(&fixture, SCOPED_TOKEN, "POST /v1/verify", Some(&body)).await;
    assert_eq!(
        (verified.status, verified.code().as_str()),
        (403, "admin_token_of_project"),
        "verify accepts keys of all projects"
    );
    let renamed = fixture
        .registry
        .rename_project(&live.project_id, "Store")
        .await;
    renamed.expect("renamed");
    let reply = send_as(&fixture, SCOPED_TOKEN, "GET /v1/admin/environments", None).await;
    assert_eq!(
        reply.code(),
        "invalid_admin_token",
        "no project has this name"
    );
}

#[tokio::test]
async fn admin_api_requires_a_token_and_rejects_browsers() {
    let fixture = fixture().await;
    let line = "GET /v1/admin/environments";
    for (headers, status, code) in [
        ("", 401, "missing_admin_token"),
        ("Authorization: Bearer wrong", 401, "invalid_admin_token"),
        ("Authorization: Basic abc", 401, "missing_admin_token"),
        ("Origin: http://example.com", 403, "browser_not_allowed"),
    ] {
        let reply = fixture.send(&format!("{line}\r\n{headers}")).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (status, code),
            "{headers}"
        );
    }
}

#[tokio::test]
async fn admin_api_is_off_by_default() {
    let mut settings = local_settings();
    settings.admin_tokens = Some(AdminTokens::parse(TOKEN).expect("a token"));
    let fixture = ServiceFixture::with_settings(settings).await;
    for line in ["GET /v1/admin/environments".to_owned(), create_line()] {
        let reply = send(&fixture, &line, None).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (404, "not_found"),
            "{line}"
        );
    }
    let document = fixture.send("GET /openapi.json").await;
    assert!(
        !document.body.contains("/v1/admin"),
        "it describes what is served"
    );
}

#[tokio::test]
async fn keys_are_listed_by_page_filter_and_search() {
    let fixture = fixture().await;
    let (disabled, _) = active_key(&fixture, "worker 1").await;
    active_key(&fixture, "worker 2").await;
    let disable = format!("POST /v1/admin/keys/{disabled}/disable");
    assert_eq!(send(&fixture, &disable, None).await.status, 200);
    let list = async |query: &str| {
        let line = format!("GET /v1/admin/environments/{ENVIRONMENT}/keys{query}");
        send(&fixture, &line, None).await
    };
    let names = |reply: &Reply| {
        let keys = reply.json()["keys"].as_array().expect("keys").clone();
        let names = keys
            .iter()
            .map(|listed| listed["key"]["name"].as_str().expect("a name").to_owned());
        names.collect::<Vec<_>>()
    };
    let all = list("").await;
    assert_eq!(
        (all.json()["total"].clone(), names(&all).len()),
        (json!(4), 4)
    );
    assert_eq!(all.json()["disabled"], 1);
    assert_eq!(names(&list("?filter=disabled").await), ["worker 1"]);
    let page = list("?search=worker&sort=name&descending=false&offset=1&limit=1").await;
    assert_eq!(
        (page.json()["total"].clone(), names(&page)),
        (json!(2), vec!["worker 2".to_owned()])
    );
    for query in [
        "?limit=0",
        "?limit=1001",
        "?filter=none",
        "?offset=-1",
        "?page=2",
    ] {
        let reply = list(query).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (400, "invalid_query"),
            "{query}"
        );
    }
}

#[tokio::test]
async fn edited_permissions_hold_for_the_next_request() {
    let fixture = fixture().await;
    let id = fixture.write_key.id;
    let line = format!("PATCH /v1/admin/keys/{id}");
    let edit =
        json!({"permissions": ["read"], "owner": "Grace", "expires_at": "2099-01-01T00:00:00Z"});
    let edited = send(&fixture, &line, Some(edit)).await;
    assert_eq!(edited.status, 200, "{edited:?}");
    assert_eq!(edited.json()["owner"], "Grace");
    assert_eq!(
        verify(&fixture, &fixture.write_key.text, "write").await,
        "insufficient_scope"
    );
    let never = send(&fixture, &line, Some(json!({"expires_at": null}))).await;
    assert_eq!(never.json()["expires_at"], Value::Null);
    assert_eq!(
        never.json()["owner"],
        "Grace",
        "an omitted field keeps its value"
    );
    for (edit, status, code, detail) in [
        (
            json!({"permissions": ["write"]}),
            400,
            "invalid_body",
            "permissions",
        ),
        (
            json!({"expires_at": "tomorrow"}),
            400,
            "invalid_body",
            "expires_at",
        ),
        (json!({"name": 7}), 400, "invalid_body", "name"),
        (json!({"colour": "red"}), 400, "invalid_body", "colour"),
        (json!([1]), 400, "invalid_body", ""),
        (json!({"name": ""}), 422, "name_empty", ""),
        (json!({"name": "ci reader"}), 409, "name_taken", ""),
        (
            json!({"expires_at": "1999-01-01T00:00:00Z"}),
            422,
            "expiry_in_past",
            "",
        ),
    ] {
        let reply = send(&fixture, &line, Some(edit.clone())).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (status, code),
            "{edit}"
        );
        let text = reply.json()["detail"].as_str().expect("a text").to_owned();
        assert!(text.contains(detail), "{edit}: {text}");
    }
}

#[tokio::test]
async fn rotated_key_has_two_secrets_until_the_old_one_is_ended() {
    let fixture = fixture().await;
    let (id, old) = active_key(&fixture, "rotated").await;
    let rotate = format!("POST /v1/admin/keys/{id}/rotate");
    let rotated = send(&fixture, &rotate, Some(json!({"overlap_seconds": 3600}))).await;
    assert_eq!(rotated.status, 201, "{rotated:?}");
    let rotated = rotated.json();
    assert_eq!(
        rotated["key"]["id"],
        id.as_str(),
        "the key id stays the same"
    );
    let new = rotated["api_key"].as_str().expect("a key");
    assert_eq!(verify(&fixture, &old, "read").await, "allowed");
    assert_ne!(verify(&fixture, new, "read").await, "allowed");
    let second = send(&fixture, &rotate, None).await;
    assert_eq!(
        (second.status, second.code().as_str()),
        (409, "rotation_pending")
    );
    let confirmed = confirm(&fixture, &rotated).await;
    assert_eq!(confirmed.status, 200, "{confirmed:?}");
    assert!(confirmed.json()["old_secret_ends_at"].is_string());
    for secret in [old.as_str(), new] {
        assert_eq!(verify(&fixture, secret, "read").await, "allowed");
    }
    let end = format!("POST /v1/admin/keys/{id}/end-old-secret");
    assert_eq!(send(&fixture, &end, None).await.status, 200);
    assert_eq!(verify(&fixture, &old, "read").await, "rotated");
    assert_eq!(verify(&fixture, new, "read").await, "allowed");
    assert_eq!(send(&fixture, &end, None).await.code(), "no_old_secret");
}

#[tokio::test]
async fn rotation_that_is_not_confirmed_changes_nothing() {
    let settings = AdminSettings {
        confirm_within: Duration::from_millis(300),
        ..settings()
    };
    let fixture = ServiceFixture::with_admin_api(settings).await;
    let id = fixture.read_key.id;
    let old = fixture.read_key.text.clone();
    let rotate = format!("POST /v1/admin/keys/{id}/rotate");
    let rotated = send(&fixture, &rotate, Some(json!({"overlap_seconds": 0})))
        .await
        .json();
    // Polled: when the time is over depends on the machine.
    let mut again = send(&fixture, &rotate, None).await;
    for _ in 0..100 {
        if again.status != 409 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        again = send(&fixture, &rotate, None).await;
    }
    assert_eq!(
        again.status, 201,
        "the lost rotation prevents no other: {again:?}"
    );
    assert_eq!(
        confirm(&fixture, &rotated).await.code(),
        "unknown_confirmation"
    );
    assert_eq!(verify(&fixture, &old, "read").await, "allowed");
}

#[tokio::test]
async fn key_is_disabled_enabled_and_revoked() {
    let fixture = fixture().await;
    let (id, key) = active_key(&fixture, "state").await;
    let operate = async |verb: &str, body: Option<Value>| {
        send(&fixture, &format!("POST /v1/admin/keys/{id}/{verb}"), body).await
    };
    let disabled = operate("disable", Some(json!({"seconds": 3600}))).await;
    assert!(
        disabled.json()["disabled_until"].is_string(),
        "{disabled:?}"
    );
    assert_eq!(verify(&fixture, &key, "read").await, "disabled");
    assert_eq!(
        operate("disable", Some(json!({"seconds": 0}))).await.status,
        422
    );
    assert_eq!(operate("enable", None).await.json()["state"], "active");
    assert_eq!(verify(&fixture, &key, "read").await, "allowed");
    let reason = json!({"reason": "leaked", "note": "in a log"});
    let revoked = operate("revoke", Some(reason)).await;
    assert_eq!(revoked.json()["revoke_reason"], "leaked");
    assert_eq!(verify(&fixture, &key, "read").await, "revoked");
    assert_eq!(
        operate("revoke", None).await.status,
        200,
        "as often as one likes"
    );
    assert_eq!(operate("enable", None).await.status, 409);
}

#[tokio::test]
async fn production_key_is_revoked_and_rotated_only_with_its_name() {
    let fixture = fixture().await;
    let input = environment_input("live", Stage::Production);
    let shop = fixture.registry.create_project("Shop", Some(&input)).await;
    let live = shop
        .expect("a project")
        .environment
        .expect("an environment");
    let line = format!("POST /v1/admin/environments/{}/keys", live.id);
    let created = send(&fixture, &line, Some(json!({"name": "web"})))
        .await
        .json();
    assert_eq!(confirm(&fixture, &created).await.status, 200);
    let id = created["key"]["id"].as_str().expect("an id");
    for verb in ["rotate", "revoke"] {
        let line = format!("POST /v1/admin/keys/{id}/{verb}");
        for body in [None, Some(json!({"confirm": "other"}))] {
            let reply = send(&fixture, &line, body).await;
            assert_eq!(
                (reply.status, reply.code().as_str()),
                (422, "name_required"),
                "{verb}"
            );
        }
        let confirmed = send(&fixture, &line, Some(json!({"confirm": "web"}))).await;
        assert!(confirmed.status < 300, "{confirmed:?}");
    }
}

#[tokio::test]
async fn key_whose_client_leaves_before_the_response_is_revoked_before_its_time() {
    let fixture = fixture().await;
    // Holds the creation of the key up, after it has begun.
    let mut connection = fixture.raw_connection().await;
    connection.execute("BEGIN IMMEDIATE").await.expect("locked");
    let stream = open_with(&fixture, &create_line(), r#"{"name":"left"}"#).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    // An orderly end, before the response.
    drop(stream);
    tokio::time::sleep(Duration::from_millis(100)).await;
    connection.execute("ROLLBACK").await.expect("unlocked");
    wait_until_unclaimed(&fixture, "left").await;
}

#[tokio::test]
async fn confirmation_is_repeated_after_its_connection_has_failed() {
    let fixture = fixture().await;
    let mut stream = open_with(&fixture, &create_line(), r#"{"name":"ci"}"#).await;
    let created = read(&mut stream).await.expect("a response").json();
    let url = created["confirmation_url"].as_str().expect("a path");
    let request = format!(
        "POST {url} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 0\r\n\r\n",
        fixture.address
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    reset(stream).await;
    // Longer than the other tests wait between two looks.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let again = confirm(&fixture, &created).await;
    assert_eq!(
        (again.status, &again.json()["state"]),
        (200, &json!("active"))
    );
    let discarded = send(&fixture, &format!("DELETE {url}"), None).await;
    assert_eq!(
        (discarded.status, discarded.code().as_str()),
        (409, "already_confirmed")
    );
    assert_eq!(state(&fixture, &created).await, "active");
}

#[tokio::test]
async fn confirmations_and_discards_at_the_same_time_agree() {
    let fixture = fixture().await;
    for round in 0..5 {
        let created = create(&fixture, &format!("key {round}")).await;
        let url = created["confirmation_url"].as_str().expect("a path");
        let line = format!("DELETE {url}");
        let (first, discarded, second) = tokio::join!(
            confirm(&fixture, &created),
            send(&fixture, &line, None),
            confirm(&fixture, &created),
        );
        let statuses = (first.status, discarded.status, second.status);
        let expected = match discarded.status {
            204 => "discarded",
            _ => "active",
        };
        assert!(
            matches!(statuses, (200, 409, 200) | (404, 204, 404)),
            "{statuses:?}"
        );
        assert_eq!(state(&fixture, &created).await, expected, "{statuses:?}");
    }
}

#[tokio::test]
async fn repeated_request_of_another_token_creates_another_key() {
    let fixture = fixture().await;
    let input = environment_input("live", Stage::Production);
    let shop = fixture.registry.create_project("Shop", Some(&input)).await;
    let live = shop
        .expect("a project")
        .environment
        .expect("an environment");
    let line = format!(
        "POST /v1/admin/environments/{}/keys\r\nIdempotency-Key: same",
        live.id
    );
    let body = json!({"name": "ci"});
    let first = send_as(&fixture, SCOPED_TOKEN, &line, Some(&body)).await;
    assert_eq!(first.status, 201, "{first:?}");
    let other = send_as(&fixture, TOKEN, &line, Some(&body)).await;
    assert_eq!(
        (other.status, other.code().as_str()),
        (409, "name_taken"),
        "a client must not get the key of another one"
    );
}

#[tokio::test]
async fn every_documented_filter_and_order_is_accepted() {
    let fixture = fixture().await;
    let document = fixture.send("GET /openapi.json").await.json();
    let operation = &document["paths"]["/v1/admin/environments/{environment}/keys"]["get"];
    let mut count = 0;
    for parameter in operation["parameters"].as_array().expect("parameters") {
        let values = parameter["schema"]["enum"].as_array();
        for value in values.into_iter().flatten() {
            let (name, value) = (parameter["name"].as_str(), value.as_str());
            let query = format!("{}={}", name.expect("a name"), value.expect("a text"));
            let line = format!("GET /v1/admin/environments/{ENVIRONMENT}/keys?{query}");
            assert_eq!(send(&fixture, &line, None).await.status, 200, "{query}");
            count += 1;
        }
    }
    assert_eq!(count, 13, "7 filters and 6 orders");
}

#[tokio::test]
async fn every_documented_field_of_a_request_is_known() {
    let fixture = fixture().await;
    let document = fixture.send("GET /openapi.json").await.json();
    for (schema, line) in [
        ("CreateKeyRequest", create_line()),
        (
            "EditKeyRequest",
            format!("PATCH /v1/admin/keys/{}", fixture.read_key.id),
        ),
        (
            "DisableKeyRequest",
            format!("POST /v1/admin/keys/{}/disable", fixture.read_key.id),
        ),
        (
            "RotateKeyRequest",
            format!("POST /v1/admin/keys/{}/rotate", fixture.read_key.id),
        ),
        (
            "RevokeKeyRequest",
            format!("POST /v1/admin/keys/{}/revoke", fixture.read_key.id),
        ),
    ] {
        let fields = &document["components"]["schemas"][schema]["properties"];
        let fields = fields.as_object().expect(schema);
        for field in fields.keys() {
            // No field is such an object.
            let reply = send(&fixture, &line, Some(json!({ field: { "other": 1 } }))).await;
            let detail = reply.json()["detail"].clone();
            let expected = format!("Invalid value of the field {field}.");
            assert_eq!((reply.status, detail), (400, json!(expected)), "{schema}");
        }
    }
}

#[tokio::test]
async fn path_that_is_not_utf8_is_not_found() {
    let fixture = fixture().await;
    let reply = send(&fixture, "GET /v1/admin/keys/%FF", None).await;
    assert_eq!((reply.status, reply.code().as_str()), (404, "not_found"));
}

#[tokio::test]
async fn chunked_edit_is_accepted() {
    let fixture = fixture().await;
    let line = format!(
        "PATCH /v1/admin/keys/{}\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n\
         Transfer-Encoding: chunked",
        fixture.read_key.id
    );
    let body = "f\r\n{\"owner\":\"Ada\"}\r\n0\r\n\r\n";
    let (first, rest) = line.split_once("\r\n").expect("headers");
    let request = format!(
        "{first} HTTP/1.1\r\nHost: {}\r\n{rest}\r\n\r\n{body}",
        fixture.address
    );
    let reply = call(fixture.address, request).await.expect("a response");
    assert_eq!((reply.status, &reply.json()["owner"]), (200, &json!("Ada")));
    let null = json!({"owner": null});
    let line = format!("PATCH /v1/admin/keys/{}", fixture.read_key.id);
    let reply = send(&fixture, &line, Some(null)).await;
    assert_eq!(
        reply.status, 400,
        "null would look as if it removed the owner"
    );
}
