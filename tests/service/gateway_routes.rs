//! Tests of route rules, preflights, and open routes, and of their changes.

use std::sync::Arc;

use keystile_gateway::{Decision, GatewayHandle, Outcome, Routing, Settings};
use keystile_guard::DecisionCode;
use keystile_keys::Permission;
use keystile_policy::{Access, RouteRules};
use tokio::sync::broadcast::Receiver;

use crate::echo_upstream;
use crate::fixture::ServiceFixture;
use crate::gateway::{bind_gateway, ephemeral_address, upstream};
use crate::proxies::ProtectedApi;
use crate::proxy_checks::send;
use crate::raw_http::{Reply, call};

struct GatewayWithRules {
    guarded: ProtectedApi,
    handle: GatewayHandle,
    decisions: Receiver<Arc<Decision>>,
}

impl GatewayWithRules {
    async fn new(rules: &str) -> Self {
        let fixture = ServiceFixture::new().await;
        let mut settings = Settings::new(
            ephemeral_address(),
            fixture.environment,
            upstream(echo_upstream::start().await),
        );
        settings.routing.rules = RouteRules::parse(rules).expect("rules");
        let gateway = bind_gateway(&fixture, settings).await;
        let result = Self {
            handle: gateway.handle(),
            decisions: gateway.decisions(),
            guarded: ProtectedApi {
                fixture,
                address: gateway.address().tcp().expect("TCP"),
                child: None,
            },
        };
        tokio::spawn(gateway.run(std::future::pending()));
        result
    }

    fn update_routing(&self, update: impl FnOnce(&mut Routing)) {
        let mut routing = self.handle.routing();
        update(&mut routing);
        self.handle.set_routing(routing);
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
    let gateway = GatewayWithRules::new("POST /search read").await;
    let reader = gateway.guarded.fixture.read_key.text.clone();
    for (head, status) in [
        ("POST /search", 200),
        ("POST /search?q=chair", 200),
        ("POST /orders", 403),
        ("PUT /search", 403),
        ("POST /search/more", 403),
        ("POST /search\r\nX-HTTP-Method-Override: DELETE", 403),
    ] {
        let reply = send(&gateway.guarded, head, &reader, "x").await;
        assert_eq!(
            reply.status, status,
            "{head}: the rule applies only to its method and path"
        );
    }
}

#[tokio::test]
async fn open_route_needs_no_key_and_sets_no_identity() {
    let mut gateway = GatewayWithRules::new("* /health open").await;
    let guarded = &gateway.guarded;
    let forged = "GET /health\r\nX-Keystile-Key-Id: root\r\nX_Keystile_Permissions: root";
    let reply = send(guarded, forged, "", "").await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert!(
        !reply.body.to_ascii_lowercase().contains("keystile"),
        "open routes set no identity headers: {}",
        reply.body
    );
    let decision = gateway.next_decision().await;
    assert_eq!(
        (decision.access, decision.outcome, decision.key.is_none()),
        (Access::Open, Outcome::Allowed, true),
        "the decision has open access and no key"
    );
    let key = gateway.guarded.fixture.write_key.text.clone();
    for head in [
        format!("GET /health\r\nX-API-KEY: {key}"),
        format!("GET /health\r\nAuthorization: Bearer {key}"),
        format!("GET /health\r\nAuthorization: Bearer {key}\r\nAuthorization: Basic x"),
    ] {
        let reply = send(&gateway.guarded, &head, "", "").await;
        assert_eq!(reply.status, 200, "{reply:?}");
        assert!(
            !reply.body.contains(&key),
            "a key on an open route is not forwarded: {}",
            reply.body
        );
    }
    let mistyped = format!("{}{}", &key[..key.len() - 6], "000000");
    let head = format!("GET /health\r\nAuthorization: Bearer {mistyped}");
    let reply = send(&gateway.guarded, &head, "", "").await;
    assert!(
        !reply.body.contains("earer"),
        "a mistyped key is not forwarded: {}",
        reply.body
    );
    let reply = send(&gateway.guarded, &format!("GET /health?a={key}"), "", "").await;
    assert_eq!(
        (reply.status, reply.code()),
        (400, "key_in_url".to_owned()),
        "a key in the URL would reach the API and its log"
    );
    let foreign = "GET /health\r\nAuthorization: Bearer eyJhbGciOiJub25lIn0.e30.x";
    let reply = send(&gateway.guarded, foreign, "", "").await;
    assert!(
        has_line(&reply, "authorization: Bearer eyJ"),
        "other credentials are forwarded on an open route: {}",
        reply.body
    );
}

#[tokio::test]
async fn open_route_request_is_not_counted() {
    let gateway = GatewayWithRules::new("* /health open").await;
    let reader = gateway.guarded.fixture.read_key.text.clone();
    let mut decisions = gateway.handle.decisions();
    send(&gateway.guarded, "GET /health", &reader, "").await;
    let decision = decisions.recv().await.expect("a decision");
    assert!(
        decision.key.is_none(),
        "the key is not verified, so no use is counted"
    );
}

#[tokio::test]
async fn preflight_is_denied_until_allowed() {
    let mut gateway = GatewayWithRules::new("").await;
    let head = format!("OPTIONS /orders\r\n{PREFLIGHT}");
    let reply = send(&gateway.guarded, &head, "", "").await;
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
    let decision = gateway.next_decision().await;
    assert_eq!(
        (decision.access, decision.outcome),
        (
            Access::Key(Permission::Read),
            Outcome::Denied(DecisionCode::PreflightDenied)
        ),
        "the decision has the reason for the owner"
    );

    gateway.update_routing(|routing| routing.allow_preflight = true);
    let reply = send(&gateway.guarded, &head, "", "").await;
    assert_eq!(
        reply.status, 200,
        "the next preflight is forwarded: {reply:?}"
    );
    assert!(!has_line(&reply, "x-keystile-"), "{}", reply.body);
    for other_request in [
        "OPTIONS /orders".to_owned(),
        "OPTIONS /orders\r\nOrigin: https://shop.example".to_owned(),
        format!("GET /orders\r\n{PREFLIGHT}"),
        format!("POST /orders\r\n{PREFLIGHT}"),
        format!("OPTIONS /orders\r\n{PREFLIGHT}\r\nX-HTTP-Method-Override: DELETE"),
        format!("OPTIONS /orders\r\n{PREFLIGHT}\r\nConnection: Upgrade\r\nUpgrade: websocket"),
    ] {
        let reply = send(&gateway.guarded, &other_request, "", "").await;
        assert_eq!(
            reply.code(),
            "missing_key",
            "{other_request}: only a preflight is forwarded without a key"
        );
    }
    let reply = send(&gateway.guarded, &head, "nonsense", "").await;
    assert_eq!(reply.status, 401, "a key in a preflight is verified");
    let reader = gateway.guarded.fixture.read_key.text.clone();
    let reply = send(&gateway.guarded, "OPTIONS /orders", &reader, "").await;
    assert_eq!(reply.status, 200, "any other OPTIONS is a read");
}

#[tokio::test]
async fn routing_change_applies_to_next_request_on_connection() {
    let gateway = GatewayWithRules::new("").await;
    let mut stream = tokio::net::TcpStream::connect(gateway.guarded.address)
        .await
        .expect("a connection");
    let reader = &gateway.guarded.fixture.read_key.text;
    let request = format!(
        "POST /search HTTP/1.1\r\nHost: a\r\nX-API-KEY: {reader}\r\nContent-Length: 0\r\n\r\n"
    );
    let other = echo_upstream::start().await;
    for (new_rules, status) in [
        (None, 403),
        (Some("POST /search read"), 200),
        (Some("* /* write"), 403),
        (Some("* /search open"), 200),
        (Some(""), 403),
    ] {
        if let Some(rules) = new_rules {
            gateway
                .update_routing(|routing| routing.rules = RouteRules::parse(rules).expect("rules"));
        }
        tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes())
            .await
            .expect("sent");
        let reply = crate::raw_http::read(&mut stream)
            .await
            .expect("a response");
        assert_eq!(
            reply.status, status,
            "{new_rules:?} applies to the next request"
        );
    }
    gateway.update_routing(|routing| {
        routing.upstream = upstream(other);
        routing.preserve_host = false;
    });
    let reply = send(&gateway.guarded, "GET /", reader, "").await;
    assert!(
        has_line(&reply, &format!("host: {other}")),
        "the new upstream gets the next request: {}",
        reply.body
    );
}

#[tokio::test]
async fn trace_id_is_published_and_not_forwarded() {
    let mut gateway = GatewayWithRules::new("").await;
    let reader = gateway.guarded.fixture.read_key.text.clone();
    let max_trace = "x".repeat(64);
    let too_long = "x".repeat(65);
    for (trace, expected) in [
        ("a1-B2_!", Some("a1-B2_!")),
        (max_trace.as_str(), Some(max_trace.as_str())),
        (&too_long, None),
        ("two words", None),
        ("", None),
    ] {
        let head = format!("GET /\r\nX-Keystile-Trace: {trace}");
        let reply = send(&gateway.guarded, &head, &reader, "").await;
        assert!(!reply.body.contains("trace"), "{}", reply.body);
        assert_eq!(
            gateway.next_decision().await.trace.as_deref(),
            expected,
            "only short printable trace IDs are published"
        );
    }
}

#[tokio::test]
async fn key_in_path_is_rejected_and_redacted() {
    let mut gateway = GatewayWithRules::new("* /open/* open").await;
    let key = gateway.guarded.fixture.read_key.text.clone();
    let escaped: String = key.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for (path, expected) in [
        (format!("/orders/{key}"), "/orders/(a key)"),
        (format!("/orders/{key};v=1/items"), "/orders/(a key)/items"),
        (format!("/orders/key={key}"), "/orders/(a key)"),
        (format!("/open/{escaped}"), "/open/(a key)"),
    ] {
        let reply = send(&gateway.guarded, &format!("GET {path}"), &key, "").await;
        assert_eq!(
            (reply.status, reply.code()),
            (400, "key_in_url".to_owned()),
            "{expected}: the key would be in the upstream's log"
        );
        assert_eq!(
            gateway.next_decision().await.path,
            expected,
            "decisions contain no key"
        );
    }
}

#[tokio::test]
async fn path_is_forwarded_unchanged_and_no_spelling_requires_less() {
    let gateway =
        GatewayWithRules::new("* /open/* open\nGET /export write\nPOST /search read").await;
    let reader = gateway.guarded.fixture.read_key.text.clone();
    let writer = gateway.guarded.fixture.write_key.text.clone();
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
        let reply = send(&gateway.guarded, &format!("GET {path}"), "", "").await;
        assert_eq!(reply.status, 401, "{path} does not match the open route");
        let reply = send(&gateway.guarded, &format!("GET {path}?a=%20b"), &writer, "").await;
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
        let reply = send(&gateway.guarded, &format!("GET {path}"), &reader, "").await;
        assert_eq!(
            reply.status, 403,
            "{path} may match the route that requires write"
        );
        let reply = send(&gateway.guarded, &format!("GET {path}"), &writer, "").await;
        assert!(
            reply.body.starts_with(&format!("GET {path}\n")),
            "{path} is forwarded unchanged: {}",
            reply.body
        );
    }
    let absolute = format!(
        "GET http://a/export HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-API-KEY: {reader}\r\n\r\n"
    );
    let reply = call(gateway.guarded.address, absolute)
        .await
        .expect("a response");
    assert_eq!(reply.status, 403, "an absolute URL has the same path");
    let fragment = send(&gateway.guarded, "GET /open/a#/../../export", "", "").await;
    assert!(
        fragment.status != 200 || fragment.body.starts_with("GET /open/a\n"),
        "a fragment is not part of the path: {}",
        fragment.body
    );
}
