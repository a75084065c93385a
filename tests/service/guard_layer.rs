//! Tests of the tower layer.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::http::request;
use hyper::{Request, Response};
use keystile_guard::{Authorized, Guard, GuardLayer};
use keystile_policy::RouteRules;
use keystile_registry::EnvironmentChanges;
use keystile_verifier::Verifier;
use serde_json::Value;
use tower::{Layer, ServiceExt, service_fn};

use crate::fixture::ServiceFixture;

/// Returns what the inner service received: the key id, then the header names.
async fn seen(request: Request<()>) -> Result<Response<Full<Bytes>>, Infallible> {
    let authorized = request.extensions().get::<Authorized>();
    let key = authorized.expect("authorized").key.as_ref();
    let id = key.map_or("no key", |key| key.id.as_str());
    let headers: Vec<_> = request.headers().keys().map(|name| name.as_str()).collect();
    let text = format!("{id}: {}", headers.join(" "));
    Ok(Response::new(Full::new(text.into())))
}

async fn guard(fixture: &ServiceFixture) -> Guard {
    let verifier = Verifier::open(&fixture.store_path())
        .await
        .expect("a verifier");
    Guard::new(verifier, fixture.environment)
}

/// Sends a request through the layer. Returns the status, the body of the service, or the code of the problem, and the
/// challenge.
async fn send(guard: &Guard, request: request::Builder) -> (u16, String, Option<String>) {
    let service = GuardLayer::new(guard.clone()).layer(service_fn(seen));
    let request = request.body(()).expect("a request");
    let response = service.oneshot(request).await.expect("a response");
    let status = response.status().as_u16();
    let challenge = response.headers().get("www-authenticate");
    let challenge = challenge.map(|value| value.to_str().expect("text").to_owned());
    let body = response.into_body().collect().await.expect("a body");
    let text = String::from_utf8(body.to_bytes().to_vec()).expect("text");
    let code = serde_json::from_str::<Value>(&text)
        .ok()
        .and_then(|problem| Some(problem.get("code")?.as_str()?.to_owned()));
    (status, code.unwrap_or(text), challenge)
}

#[tokio::test]
async fn authorized_request_reaches_the_service_with_key_metadata_and_without_the_key() {
    let fixture = ServiceFixture::new().await;
    let guard = guard(&fixture).await;
    let (key, id) = (&fixture.read_key.text, fixture.read_key.id);
    let named = Request::get("/")
        .header("x-api-key", key)
        .header("accept", "*/*");
    assert_eq!(
        send(&guard, named).await,
        (200, format!("{id}: accept"), None),
        "the key must not be in the request's Debug output"
    );
    let bearer_request = Request::get("/").header("authorization", format!("Bearer {key}"));
    assert_eq!(
        send(&guard, bearer_request).await,
        (200, format!("{id}: "), None)
    );
    let basic_request = Request::get("/")
        .header("x-api-key", key)
        .header("authorization", "Basic dXNlcjpwYXNzd29yZA==");
    assert_eq!(
        send(&guard, basic_request).await,
        (200, format!("{id}: authorization"), None),
        "the program's own credentials are kept"
    );
}

#[tokio::test]
async fn denied_request_gets_problem_response() {
    let fixture = ServiceFixture::new().await;
    let guard = guard(&fixture).await;
    let key = &fixture.read_key.text;
    let with_key = |method: &str, path: &str| {
        Request::builder()
            .method(method)
            .uri(path.to_owned())
            .header("x-api-key", key)
    };
    for (request, status, code) in [
        (Request::get("/"), 401, "missing_key"),
        (with_key("POST", "/"), 403, "insufficient_scope"),
        (
            with_key("GET", "/?_method=DELETE"),
            403,
            "insufficient_scope",
        ),
        (
            with_key("GET", "/").header("x-http-method-override", "PUT"),
            403,
            "insufficient_scope",
        ),
        (
            Request::get("/").header("x-api-key", &fixture.other_environment_key.text),
            401,
            "key_rejected",
        ),
        (
            with_key("GET", "/").header("cookie", format!("last={key}")),
            400,
            "misplaced_key",
        ),
        (with_key("GET", &format!("/{key}")), 400, "key_in_url"),
        (
            with_key("GET", "/").header("x-api-key", &fixture.write_key.text),
            400,
            "multiple_keys",
        ),
    ] {
        let text = format!("{request:?}");
        let (actual_status, problem, challenge) = send(&guard, request).await;
        assert_eq!((actual_status, &*problem), (status, code), "{text}");
        assert!(challenge.is_some(), "{text}: RFC 6750, section 3");
    }
    fixture.revoke_key(fixture.read_key.id).await;
    let (status, problem, _) = send(&guard, with_key("GET", "/")).await;
    assert_eq!(
        (status, &*problem),
        (401, "key_rejected"),
        "a revoked key is rejected on the next request"
    );
}

#[tokio::test]
async fn layer_applies_route_rules() {
    let fixture = ServiceFixture::new().await;
    let rules = RouteRules::parse("GET /health open\nPOST /search read").expect("rules");
    let guard = guard(&fixture).await.with_rules(rules);
    let key = &fixture.read_key.text;
    let (parts, ()) = Request::get("/")
        .header("x-api-key", key)
        .body(())
        .expect("a request")
        .into_parts();
    let authorized = guard.authorize(&parts).await.expect("authorized");
    let stale = Request::get("/health").extension(authorized);
    assert_eq!(
        send(&guard, stale).await.1,
        "no key: ",
        "only this layer sets the Authorized extension"
    );
    assert_eq!(
        send(&guard, Request::get("/health")).await,
        (200, "no key: ".to_owned(), None)
    );
    let search = Request::post("/search").header("x-api-key", key);
    assert_eq!(send(&guard, search).await.0, 200);
    for path in ["/health/..%2fadmin", "/admin"] {
        let (status, _, _) = send(&guard, Request::get(path)).await;
        assert_eq!(status, 401, "{path} does not match the open route");
    }
}

#[tokio::test]
async fn layer_reads_key_from_configured_location() {
    let fixture = ServiceFixture::new().await;
    let guard = guard(&fixture).await;
    let changes = EnvironmentChanges {
        key_location: Some("header:x-acme-key".parse().expect("a location")),
        ..EnvironmentChanges::default()
    };
    let custom_header_request = || Request::get("/").header("x-acme-key", &fixture.read_key.text);
    assert_eq!(
        send(&guard, custom_header_request()).await.1,
        "misplaced_key",
        "the location is not configured yet"
    );
    let edited = fixture
        .registry
        .edit_environment(&fixture.environment, &changes)
        .await;
    edited.expect("edited");
    assert_eq!(
        send(&guard, custom_header_request()).await,
        (200, format!("{}: ", fixture.read_key.id), None),
        "an edit applies to the next request"
    );
    let default_header_request = Request::get("/").header("x-api-key", &fixture.read_key.text);
    assert_eq!(send(&guard, default_header_request).await.0, 400);
}

#[tokio::test]
async fn request_is_denied_while_verifier_is_unavailable() {
    let fixture = ServiceFixture::new().await;
    let guard = guard(&fixture).await;
    let request = || Request::get("/").header("x-api-key", &fixture.read_key.text);
    assert_eq!(send(&guard, request()).await.0, 200);
    let moved = fixture.store_path().with_extension("away");
    std::fs::rename(fixture.store_path(), &moved).expect("the database can be moved");
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let (status, code, _) = send(&guard, request()).await;
    assert_eq!((status, &*code), (503, "unavailable"));
    std::fs::rename(&moved, fixture.store_path()).expect("the database can be moved back");
}
