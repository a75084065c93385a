//! Tests of route rules, preflights and open routes, and of their changes.

use std::sync::Arc;

use keystile_gateway::{Decision, GatewayHandle, Outcome, Routing, Settings};
use keystile_guard::DecisionCode;
use keystile_keys::Permission;
use keystile_policy::{Access, RouteRules};
use tokio::sync::broadcast::Receiver;

use crate::echo_upstream;
use crate::fixture::ServiceFixture;
use crate::gateway::{bound, ephemeral_address, upstream};
use crate::proxies::ProtectedApi;
use crate::proxy_checks::send;
use crate::raw_http::{Reply, call};

struct GatewayWithRules {
    guarded: ProtectedApi,
    control: GatewayHandle,
    decisions: Receiver<Arc<Decision>>,
}

impl GatewayWithRules {
    async fn with(rules: &str) -> Self {
        let fixture = ServiceFixture::new().await;
        let mut settings = Settings::new(
            ephemeral_address(),
            fixture.environment,
            upstream(echo_upstream::start().await),
        );
        settings.routing.rules = RouteRules::parse(rules).expect("rules");
        let gateway = bound(&fixture, settings).await;
        let routed = Self {
            control: gateway.handle(),
            decisions: gateway.decisions(),
            guarded: ProtectedApi {
                fixture,
                address: gateway.address().tcp().expect("TCP"),
                child: None,
            },
        };
        tokio::spawn(gateway.run(std::future::pending()));
        routed
    }

    fn change(&self, change: impl FnOnce(&mut Routing)) {
        let mut routing = self.control.routing();
        change(&mut routing);
        self.control.set_routing(routing);
    }

    async fn next_decision(&mut self) -> Arc<Decision> {
        self.decisions.recv().await.expect("a decision")
    }
}

const PREFLIGHT: &str = "Origin: https://shop.example\r\nAccess-Control-Request-Method: POST";

fn has_line(reply: &Reply, start: &str) -> bool {
    reply.body.lines().any(|line| line.starts_with(start))
}

#[tokio::test]
async fn rule_allows_read_key_to_post_only_to_its_path() {
    let routed = GatewayWithRules::with("POST /search read").await;
    let reader = routed.guarded.fixture.read_key.text.clone();
    for (head, status) in [
        ("POST /search", 200),
        ("POST /search?q=chair", 200),
        ("POST /orders", 403),
        ("PUT /search", 403),
        ("POST /search/more", 403),
        ("POST /search\r\nX-HTTP-Method-Override: DELETE", 403),
    ] {
        let reply = send(&routed.guarded, head, &reader, "x").await;
        assert_eq!(
            reply.status, status,
            "{head}: only what the rule is about is read"
        );
    }
}

#[tokio::test]
async fn open_route_needs_no_key_and_sets_no_identity() {
    let mut routed = GatewayWithRules::with("* /health open").await;
    let guarded = &routed.guarded;
    let pretended = "GET /health\r\nX-Keystile-Key-Id: root\r\nX_Keystile_Permissions: root";
    let reply = send(guarded, pretended, "", "").await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert!(
        !reply.body.to_ascii_lowercase().contains("keystile"),
        "open routes set no identity headers: {}",
        reply.body
    );
    let decision = routed.next_decision().await;
    assert_eq!(
        (decision.access, decision.outcome, decision.key.is_none()),
        (Access::Open, Outcome::Allowed, true),
        "the decision has open access and no key"
    );
    let key = routed.guarded.fixture.write_key.text.clone();
    for shown in [
        format!("GET /health\r\nX-API-KEY: {key}"),
        format!("GET /health\r\nAuthorization: Bearer {key}"),
        format!("GET /health\r\nAuthorization: Bearer {key}\r\nAuthorization: Basic x"),
    ] {
        let reply = send(&routed.guarded, &shown, "", "").await;
        assert_eq!(reply.status, 200, "{reply:?}");
        assert!(
            !reply.body.contains(&key),
            "a key on an open route is not forwarded: {}",
            reply.body
        );
    }
    let mistyped = format!("{}{}", &key[..key.len() - 6], "000000");
    let head = format!("GET /health\r\nAuthorization: Bearer {mistyped}");
    let reply = send(&routed.guarded, &head, "", "").await;
    assert!(
        !reply.body.contains("earer"),
        "nor does one with a typing mistake, which is nearly a key: {}",
        reply.body
    );
    let reply = send(&routed.guarded, &format!("GET /health?a={key}"), "", "").await;
    assert_eq!(
        (reply.status, reply.code()),
        (400, "key_in_url".to_owned()),
        "in the address it would reach the API and its log"
    );
    let foreign = "GET /health\r\nAuthorization: Bearer eyJhbGciOiJub25lIn0.e30.x";
    let reply = send(&routed.guarded, foreign, "", "").await;
    assert!(
        has_line(&reply, "authorization: Bearer eyJ"),
        "what is no key of ours is the API's own on an open route: {}",
        reply.body
    );
}

#[tokio::test]
async fn open_route_request_is_not_counted() {
    let routed = GatewayWithRules::with("* /health open").await;
    let reader = routed.guarded.fixture.read_key.text.clone();
    let mut decisions = routed.control.decisions();
    send(&routed.guarded, "GET /health", &reader, "").await;
    let told = decisions.recv().await.expect("a decision");
    assert!(
        told.key.is_none(),
        "the key was not looked at, so nothing can be counted for it"
    );
}

#[tokio::test]
async fn preflight_is_denied_until_allowed() {
    let mut routed = GatewayWithRules::with("").await;
    let head = format!("OPTIONS /orders\r\n{PREFLIGHT}");
    let reply = send(&routed.guarded, &head, "", "").await;
    assert_eq!(
        (reply.status, reply.code()),
        (401, "preflight_denied".to_owned())
    );
    assert!(
        reply
            .body
            .contains("ask the operator of this API to allow CORS preflights"),
        "the problem has advice: {}",
        reply.body
    );
    let decision = routed.next_decision().await;
    assert_eq!(
        (decision.access, decision.outcome),
        (
            Access::Key(Permission::Read),
            Outcome::Denied(DecisionCode::PreflightDenied)
        ),
        "the owner sees why a page could not ask"
    );

    routed.change(|routing| routing.allow_preflight = true);
    let reply = send(&routed.guarded, &head, "", "").await;
    assert_eq!(reply.status, 200, "the very next one passes: {reply:?}");
    assert!(!has_line(&reply, "x-keystile-"), "{}", reply.body);
    for not_one in [
        "OPTIONS /orders".to_owned(),
        "OPTIONS /orders\r\nOrigin: https://shop.example".to_owned(),
        format!("GET /orders\r\n{PREFLIGHT}"),
        format!("POST /orders\r\n{PREFLIGHT}"),
        format!("OPTIONS /orders\r\n{PREFLIGHT}\r\nX-HTTP-Method-Override: DELETE"),
        format!("OPTIONS /orders\r\n{PREFLIGHT}\r\nConnection: Upgrade\r\nUpgrade: websocket"),
    ] {
        let reply = send(&routed.guarded, &not_one, "", "").await;
        assert_eq!(
            reply.code(),
            "missing_key",
            "{not_one}: only a preflight passes without a key"
        );
    }
    let reply = send(&routed.guarded, &head, "nonsense", "").await;
    assert_eq!(reply.status, 401, "a key in a preflight is verified");
    let reader = routed.guarded.fixture.read_key.text.clone();
    let reply = send(&routed.guarded, "OPTIONS /orders", &reader, "").await;
    assert_eq!(reply.status, 200, "any other OPTIONS is a read");
}

#[tokio::test]
async fn routing_change_applies_to_next_request_on_connection() {
    let routed = GatewayWithRules::with("").await;
    let mut stream = tokio::net::TcpStream::connect(routed.guarded.address)
        .await
        .expect("a connection");
    let reader = &routed.guarded.fixture.read_key.text;
    let request = format!(
        "POST /search HTTP/1.1\r\nHost: a\r\nX-API-KEY: {reader}\r\nContent-Length: 0\r\n\r\n"
    );
    let other = echo_upstream::start().await;
    for (change, status) in [
        (None, 403),
        (Some("POST /search read"), 200),
        (Some("* /* write"), 403),
        (Some("* /search open"), 200),
        (Some(""), 403),
    ] {
        if let Some(rules) = change {
            routed.change(|routing| routing.rules = RouteRules::parse(rules).expect("rules"));
        }
        tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes())
            .await
            .expect("sent");
        let reply = crate::raw_http::read(&mut stream)
            .await
            .expect("a response");
        assert_eq!(
            reply.status, status,
            "{change:?} applies to the next request"
        );
    }
    routed.change(|routing| {
        routing.upstream = upstream(other);
        routing.preserve_host = false;
    });
    let reply = send(&routed.guarded, "GET /", reader, "").await;
    assert!(
        has_line(&reply, &format!("host: {other}")),
        "the new upstream gets the next request: {}",
        reply.body
    );
}

#[tokio::test]
async fn trace_id_is_published_and_not_forwarded() {
    let mut routed = GatewayWithRules::with("").await;
    let reader = routed.guarded.fixture.read_key.text.clone();
    let longest = "x".repeat(64);
    let too_long = "x".repeat(65);
    for (trace, told) in [
        ("a1-B2_!", Some("a1-B2_!")),
        (longest.as_str(), Some(longest.as_str())),
        (&too_long, None),
        ("two words", None),
        ("", None),
    ] {
        let head = format!("GET /\r\nX-Keystile-Trace: {trace}");
        let reply = send(&routed.guarded, &head, &reader, "").await;
        assert!(!reply.body.contains("trace"), "{}", reply.body);
        assert_eq!(
            routed.next_decision().await.trace.as_deref(),
            told,
            "only a short visible text goes into the owner's list"
        );
    }
}

#[tokio::test]
async fn key_in_path_is_rejected_and_redacted() {
    let mut routed = GatewayWithRules::with("* /open/* open").await;
    let key = routed.guarded.fixture.read_key.text.clone();
    let escaped: String = key.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for (path, told) in [
        (format!("/orders/{key}"), "/orders/(a key)"),
        (format!("/orders/{key};v=1/items"), "/orders/(a key)/items"),
        (format!("/orders/key={key}"), "/orders/(a key)"),
        (format!("/open/{escaped}"), "/open/(a key)"),
    ] {
        let reply = send(&routed.guarded, &format!("GET {path}"), &key, "").await;
        assert_eq!(
            (reply.status, reply.code()),
            (400, "key_in_url".to_owned()),
            "{told}: the key would be in the upstream's log"
        );
        assert_eq!(
            routed.next_decision().await.path,
            told,
            "decisions contain no key"
        );
    }
}

#[tokio::test]
async fn path_is_forwarded_unchanged_and_no_spelling_requires_less() {
    let routed =
        GatewayWithRules::with("* /open/* open\nGET /export write\nPOST /search read").await;
    let reader = routed.guarded.fixture.read_key.text.clone();
    let writer = routed.guarded.fixture.write_key.text.clone();
    for path in [
        "/open/../admin",
        "/open/%2e%2e/admin",
        "/open/%252e%252e/admin",
        "/open/..%2fadmin",
        "/open/..\\admin",
        "/open/..;/admin",
        "/OPEN/a",
        "//open/a",
        "//api.example/open/a",
        "/open%2fa",
    ] {
        let reply = send(&routed.guarded, &format!("GET {path}"), "", "").await;
        assert_eq!(reply.status, 401, "{path} is not certainly the open one");
        let reply = send(&routed.guarded, &format!("GET {path}?a=%20b"), &writer, "").await;
        assert!(
            reply.body.starts_with(&format!("GET {path}?a=%20b\n")),
            "the upstream receives the path that the rules matched: {}",
            reply.body
        );
    }
    for path in [
        "/Export",
        "/export/",
        "//export",
        "/./export",
        "/a/../export",
        "/%65xport",
        "/%2565xport",
        "/export;v=1",
        "/export%2f",
        "/open/%2e%2e/export",
    ] {
        let reply = send(&routed.guarded, &format!("GET {path}"), &reader, "").await;
        assert_eq!(reply.status, 403, "{path} may be the one that needs write");
        let reply = send(&routed.guarded, &format!("GET {path}"), &writer, "").await;
        assert!(
            reply.body.starts_with(&format!("GET {path}\n")),
            "{path} is passed on as it came: {}",
            reply.body
        );
    }
    let absolute = format!(
        "GET http://a/export HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-API-KEY: {reader}\r\n\r\n"
    );
    let reply = call(routed.guarded.address, absolute)
        .await
        .expect("a response");
    assert_eq!(reply.status, 403, "an absolute address is the same path");
    let fragment = send(&routed.guarded, "GET /open/a#/../../export", "", "").await;
    assert!(
        fragment.status != 200 || fragment.body.starts_with("GET /open/a\n"),
        "a fragment is not part of the path: {}",
        fragment.body
    );
}
