//! Tests of the library `keystile`: the extractor, direct verification, and the example application.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use axum::routing::get;
use keystile::axum::ApiKey;
use keystile::{DenyReason, Error, Permission, RouteRules, Verification, Verifier};
use keystile_keys::Timestamp;
use keystile_store::{RequestFilter, RequestRange, RequestSource};
use keystile_tests::diagnostic::error_help;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use tower::{Layer, ServiceExt};

use crate::fixture::{ENVIRONMENT_NAME, ServiceFixture};
use crate::raw_http::call;

async fn accepted_uses(fixture: &ServiceFixture) -> u64 {
    let keys = [fixture.read_key.id, fixture.write_key.id];
    let usage = fixture.registry.usage_of_keys(&keys);
    let usage = usage.await.expect("usage");
    usage.values().map(|usage| usage.allowed).sum()
}

/// A child process that is killed when the test ends.
struct ChildProcess(std::process::Child);

impl Drop for ChildProcess {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _status = self.0.wait();
    }
}

/// Returns the example application, which Cargo builds with this test.
fn example() -> PathBuf {
    let test = std::env::current_exe().expect("this program");
    let target = test.parent().and_then(|deps| deps.parent());
    let example = target.expect("Cargo's folder").join("examples/axum");
    assert!(
        example.exists(),
        "{} is missing: cargo build -p keystile --features axum --examples",
        example.display()
    );
    example
}

#[cfg(unix)]
#[tokio::test]
async fn example_application_accepts_only_authorized_requests() {
    let fixture = ServiceFixture::new().await;
    let mut child = Command::new(example());
    child
        .arg(fixture.store_path())
        .args([ENVIRONMENT_NAME, "127.0.0.1:0"])
        .stdout(Stdio::piped());
    let mut child = ChildProcess(child.spawn().expect("the example"));
    let mut line = String::new();
    let mut output = BufReader::new(child.0.stdout.take().expect("its output"));
    output.read_line(&mut line).expect("its address");
    let address = line.trim().strip_prefix("http://").expect("an address");
    let address = address.parse().expect("an address");
    let send = async |method: &str, key: Option<&str>, body: &str| {
        let key = key.map_or_else(String::new, |key| format!("X-API-KEY: {key}\r\n"));
        let length = body.len();
        let request = format!(
            "{method} /notes HTTP/1.1\r\nHost: {address}\r\n{key}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        let response = call(address, request).await.expect("a response");
        (response.status, response.body)
    };
    let (reader, writer) = (
        Some(&*fixture.read_key.text),
        Some(&*fixture.write_key.text),
    );
    assert_eq!(send("GET", None, "").await.0, 401);
    let nothing = (200, String::new());
    assert_eq!(send("GET", reader, "").await, nothing);
    assert_eq!(
        send("POST", reader, "hello").await.0,
        403,
        "a key that may only read must not change anything"
    );
    assert_eq!(send("POST", writer, "hello").await.0, 200);
    assert_eq!(
        send("GET", reader, "").await,
        (200, "écrire\u{20ac}: hello\n".to_owned()),
        "handlers get the name of the key"
    );
    fixture.revoke_key(fixture.read_key.id).await;
    assert_eq!(
        send("GET", reader, "").await.0,
        401,
        "a revoked key is rejected on the next request"
    );
    let pid = i32::try_from(child.0.id()).expect("a process");
    let pid = rustix::process::Pid::from_raw(pid).expect("a process");
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("interrupted");
    let status = child.0.wait().expect("an exit status");
    assert!(status.success(), "it exits successfully: {status}");
    assert_eq!(
        accepted_uses(&fixture).await,
        3,
        "shutdown writes the usage counts"
    );
}

#[tokio::test]
async fn opening_a_folder_without_a_store_fails_and_creates_nothing() {
    let fixture = ServiceFixture::new().await;
    let folder = fixture.create_dir("elsewhere");
    let error = Verifier::open(&folder).await.expect_err("no store");
    assert!(matches!(error, Error::Store(_)), "{error:?}");
    assert!(!error_help(&error).is_empty(), "every error has advice");
    let file_count = std::fs::read_dir(&folder).expect("the folder").count();
    assert_eq!(
        file_count, 0,
        "a mistyped path must not create an empty store"
    );
}

#[tokio::test]
async fn environment_is_found_by_name_or_id_and_error_names_unknown_one() {
    let fixture = ServiceFixture::new().await;
    let keystile = Verifier::open(fixture.store_path())
        .await
        .expect("a verifier");
    for reference in [ENVIRONMENT_NAME, fixture.environment.as_str()] {
        let found = keystile.environment(reference).await.expect("found");
        assert_eq!(found.id, fixture.environment, "{reference}");
    }
    let error = keystile.guard("Acme/nowhere").await.err();
    let error = error.expect("nothing to guard");
    assert!(error.to_string().contains("Acme/nowhere"), "{error}");
}

#[tokio::test]
async fn key_expires_by_configured_clock() {
    let fixture = ServiceFixture::new().await;
    let database = SqliteConnectOptions::new().filename(fixture.store_path().join("keystile.db"));
    let mut connection = database.connect().await.expect("a connection");
    // In the future: a time before that of the store's programs would be a clock that was set back.
    let expiry = Timestamp::now().as_millis() + 86_400_000;
    sqlx::query("UPDATE keys SET expires_at = ?")
        .bind(expiry)
        .execute(&mut connection)
        .await
        .expect("an expiry date");
    for (before, reason) in [(1, None), (0, Some(DenyReason::Expired))] {
        let millis = u64::try_from(expiry - before).expect("after 1970");
        let keystile = Verifier::builder()
            .clock(move || UNIX_EPOCH + Duration::from_millis(millis))
            .open(fixture.store_path())
            .await
            .expect("a verifier");
        let key = &fixture.read_key.text;
        let verification = keystile
            .verify(key, &fixture.environment, Permission::Read)
            .await
            .expect("a decision");
        assert_eq!(
            verification.reason(),
            reason,
            "{before} ms before its expiry"
        );
    }
}

#[tokio::test]
async fn verification_has_key_and_is_counted_once() {
    let fixture = ServiceFixture::new().await;
    let keystile = Verifier::open(fixture.store_path())
        .await
        .expect("a verifier");
    let environment = keystile
        .environment(ENVIRONMENT_NAME)
        .await
        .expect("found")
        .id;
    let key = &fixture.read_key.text;
    let accepted = keystile.verify(key, &environment, Permission::Read).await;
    let Verification::Accepted(info) = accepted.expect("a decision") else {
        panic!("the key may read");
    };
    assert_eq!((info.id, &*info.name), (fixture.read_key.id, "ci reader"));
    let denied = keystile.verify(key, &environment, Permission::Write).await;
    let denied = denied.expect("a decision");
    assert_eq!(denied.reason(), Some(DenyReason::InsufficientPermission));
    assert_eq!(denied.key(), Some(&info), "the secret was correct");
    let again = keystile.recheck(&info, &environment, Permission::Read);
    assert!(again.await.expect("a decision").is_accepted());
    keystile.clone().shutdown().await.expect("written");
    assert_eq!(accepted_uses(&fixture).await, 1, "a recheck is not a use");
    fixture.revoke_key(info.id).await;
    let again = keystile.recheck(&info, &environment, Permission::Read);
    assert_eq!(
        again.await.expect("a decision").reason(),
        Some(DenyReason::Revoked),
        "a stream ends with its key, and clones work after shutdown"
    );
}

#[tokio::test]
async fn extractor_returns_401_on_open_route_and_500_outside_layer() {
    let fixture = ServiceFixture::new().await;
    let keystile = Verifier::open(fixture.store_path())
        .await
        .expect("a verifier");
    let guard = keystile.guard(ENVIRONMENT_NAME).await.expect("a guard");
    let rules = RouteRules::parse("GET /open open\nGET /required open").expect("rules");
    let routes = Router::new()
        .route("/required", get(async |key: ApiKey| key.name.clone()))
        .route(
            "/open",
            get(async |key: Option<ApiKey>| format!("{}", key.is_some())),
        );
    let app = keystile::GuardLayer::new(guard.with_rules(rules)).layer(routes.clone());
    let request = |path: &str| Request::get(path).body(Body::empty()).expect("a request");
    let response = app.clone().oneshot(request("/open")).await;
    let response = response.expect("a response").map(Body::new);
    let body = to_bytes(response.into_body(), 1_000).await.expect("a body");
    assert_eq!(body, "false");
    let response = app.oneshot(request("/required")).await;
    assert_eq!(
        response.expect("a response").status(),
        StatusCode::UNAUTHORIZED,
        "a handler that needs a key is not called without one"
    );
    let response = routes.oneshot(request("/required")).await;
    assert_eq!(
        response.expect("a response").status(),
        StatusCode::INTERNAL_SERVER_ERROR,
        "a forgotten layer must not open the route"
    );
}

#[tokio::test]
async fn requests_of_the_layer_are_logged_with_the_status_of_the_handler() {
    let fixture = ServiceFixture::new().await;
    let keystile = Verifier::open(fixture.store_path())
        .await
        .expect("a verifier");
    let layer = keystile.layer(ENVIRONMENT_NAME).await.expect("a layer");
    let app = layer.layer(Router::new().route("/", get(async || StatusCode::ACCEPTED)));
    let client = keystile::ClientAddress("192.0.2.7".parse().expect("an address"));
    let key = &fixture.read_key.text;
    for (method, path) in [
        ("GET", "/?page=2"),
        ("GET", "/missing"),
        ("POST", "/"),
        ("GET", &*format!("/{key}")),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-api-key", key)
            .extension(client);
        let request = request.body(Body::empty()).expect("a request");
        app.clone().oneshot(request).await.expect("a response");
    }
    let guard = keystile.guard(ENVIRONMENT_NAME).await.expect("a guard");
    let (parts, ()) = Request::get("/by-guard")
        .header("x-api-key", key)
        .body(())
        .expect("a request")
        .into_parts();
    guard.authorize(&parts).await.expect("authorized");
    keystile.shutdown().await.expect("written");

    let filter = RequestFilter::default();
    let requests = fixture.registry.store().list_requests(
        &fixture.environment,
        &filter,
        RequestRange::After(0),
        10,
    );
    let requests = requests.await.expect("requests");
    let summaries: Vec<_> = requests
        .iter()
        .map(|request| {
            let record = &request.record;
            assert_eq!(record.source, RequestSource::Library);
            (&*record.method, &*record.path, record.status, &*record.code)
        })
        .collect();
    assert_eq!(
        summaries,
        [
            ("GET", "/", Some(202), "allowed"),
            ("GET", "/missing", Some(404), "allowed"),
            ("POST", "/", Some(403), "insufficient_scope"),
            ("GET", "/(a key)", Some(400), "key_in_url"),
            ("GET", "/by-guard", None, "allowed"),
        ]
    );
    let first = &requests[0];
    assert_eq!(
        (first.record.client, first.record.key),
        (Some(client.0), Some(fixture.read_key.id))
    );
    assert_eq!(first.key_name.as_deref(), Some("ci reader"));
}
