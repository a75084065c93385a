//! Route rules, preflights and open routes at the gateway, and that a change of them holds from the next request on.

use std::sync::Arc;

use keystile_gateway::{Decision, GatewayHandle, Outcome, Routing, Settings};
use keystile_guard::DecisionCode;
use keystile_keys::Permission;
use keystile_policy::{Access, RouteRules};
use tokio::sync::broadcast::Receiver;

use crate::api;
use crate::caller::{Reply, call};
use crate::fixture::ServiceFixture;
use crate::gateway::{bound, ephemeral_address, upstream};
use crate::guarded::send;
use crate::proxies::Guarded;

struct Routed {
    guarded: Guarded,
    control: GatewayHandle,
    decisions: Receiver<Arc<Decision>>,
}

impl Routed {
    async fn with(rules: &str) -> Self {
        let fixture = ServiceFixture::new().await;
        let mut settings = Settings::new(
            ephemeral_address(),
            fixture.environment,
            upstream(api::start().await),
        );
        settings.routing.rules = RouteRules::parse(rules).expect("rules");
        let gateway = bound(&fixture, settings).await;
        let routed = Self {
            control: gateway.handle(),
            decisions: gateway.decisions(),
            guarded: Guarded {
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

    async fn told(&mut self) -> Arc<Decision> {
        self.decisions.recv().await.expect("a decision")
    }
}

const PREFLIGHT: &str = "Origin: https://shop.example\r\nAccess-Control-Request-Method: POST";

fn has_line(reply: &Reply, start: &str) -> bool {
    reply.body.lines().any(|line| line.starts_with(start))
}

#[tokio::test]
async fn a_rule_lets_a_key_that_may_read_search_with_post_and_nothing_else() {
    let routed = Routed::with("POST /search read").await;
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
async fn an_open_route_passes_without_a_key_and_tells_nobodys_name() {
    let mut routed = Routed::with("* /health open").await;
    let guarded = &routed.guarded;
    let pretended = "GET /health\r\nX-Keystile-Key-Id: root\r\nX_Keystile_Permissions: root";
    let reply = send(guarded, pretended, "", "").await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert!(
        !reply.body.to_ascii_lowercase().contains("keystile"),
        "nobody is named to the API where nobody was checked: {}",
        reply.body
    );
    let told = routed.told().await;
    assert_eq!(
        (told.need, told.outcome, told.key.is_none()),
        (Access::Open, Outcome::Accepted, true),
        "the owner sees that nobody was asked"
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
            "a key that nobody asked for does not reach the API either: {}",
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
        (400, "key_in_query".to_owned()),
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
async fn a_use_on_an_open_route_is_not_counted() {
    let routed = Routed::with("* /health open").await;
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
async fn a_preflight_is_refused_by_name_until_the_switch_lets_it_pass() {
    let mut routed = Routed::with("").await;
    let head = format!("OPTIONS /orders\r\n{PREFLIGHT}");
    let reply = send(&routed.guarded, &head, "", "").await;
    assert_eq!((reply.status, reply.code()), (401, "preflight".to_owned()));
    assert!(
        reply.body.contains("Pass CORS preflights"),
        "the switch is named: {}",
        reply.body
    );
    let told = routed.told().await;
    assert_eq!(
        (told.need, told.outcome),
        (
            Access::Key(Permission::Read),
            Outcome::Refused(DecisionCode::Preflight)
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
            "credentials_missing",
            "{not_one}: only a preflight passes without a key"
        );
    }
    let reply = send(&routed.guarded, &head, "nonsense", "").await;
    assert_eq!(reply.status, 401, "whoever shows a key is judged by it");
    let reader = routed.guarded.fixture.read_key.text.clone();
    let reply = send(&routed.guarded, "OPTIONS /orders", &reader, "").await;
    assert_eq!(reply.status, 200, "any other OPTIONS is a read");
}

#[tokio::test]
async fn a_change_of_the_routing_holds_for_the_next_request_on_the_same_connection() {
    let routed = Routed::with("").await;
    let mut stream = tokio::net::TcpStream::connect(routed.guarded.address)
        .await
        .expect("a connection");
    let reader = &routed.guarded.fixture.read_key.text;
    let request = format!(
        "POST /search HTTP/1.1\r\nHost: a\r\nX-API-KEY: {reader}\r\nContent-Length: 0\r\n\r\n"
    );
    let other = api::start().await;
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
        let reply = crate::caller::read(&mut stream).await.expect("an answer");
        assert_eq!(reply.status, status, "{change:?} holds at once");
    }
    routed.change(|routing| {
        routing.upstream = upstream(other);
        routing.preserve_host = false;
    });
    let reply = send(&routed.guarded, "GET /", reader, "").await;
    assert!(
        has_line(&reply, &format!("host: {other}")),
        "another API is asked from then on: {}",
        reply.body
    );
}

#[tokio::test]
async fn a_trace_leads_its_sender_to_the_decision_and_ends_at_the_gateway() {
    let mut routed = Routed::with("").await;
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
            routed.told().await.trace.as_deref(),
            told,
            "only a short visible text goes into the owner's list"
        );
    }
}

#[tokio::test]
async fn a_key_in_a_path_is_refused_and_told_to_nobody() {
    let mut routed = Routed::with("* /open/* open").await;
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
            (400, "key_in_query".to_owned()),
            "{told}: it would stand in the API's log"
        );
        assert_eq!(
            routed.told().await.path,
            told,
            "the owner's list shows none"
        );
    }
}

#[tokio::test]
async fn a_path_reaches_the_api_byte_for_byte_and_no_spelling_needs_less() {
    let routed = Routed::with("* /open/* open\nGET /export write\nPOST /search read").await;
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
            "the API reads what the rules were asked about: {}",
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
        .expect("an answer");
    assert_eq!(reply.status, 403, "an absolute address is the same path");
    let fragment = send(&routed.guarded, "GET /open/a#/../../export", "", "").await;
    assert!(
        fragment.status != 200 || fragment.body.starts_with("GET /open/a\n"),
        "what stands behind # is no part of a path: {}",
        fragment.body
    );
}
