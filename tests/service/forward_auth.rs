//! Tests of forward-auth responses for each proxy.

use keystile_keys::Permission;

use crate::fixture::{ENVIRONMENT_PATH, ServiceFixture, local_settings};
use crate::raw_http::Reply;

/// Sends the subrequest of a proxy for a request with this method.
pub(crate) async fn send_subrequest(
    fixture: &ServiceFixture,
    proxy: &str,
    method: &str,
    headers: &str,
) -> Reply {
    let path = format!("/v1/auth/{proxy}/{}", fixture.environment);
    let head = match proxy {
        "nginx" => format!("GET {path}\r\nX-Original-Method: {method}"),
        "envoy" => format!("{method} {path}/-/orders/1?page=2"),
        _ => format!("GET {path}\r\nX-Forwarded-Method: {method}"),
    };
    fixture.send(&format!("{head}\r\n{headers}")).await
}

pub(crate) const PROXIES: [&str; 4] = ["nginx", "caddy", "traefik", "envoy"];

#[tokio::test]
async fn permission_follows_forwarded_method_for_every_proxy() {
    let fixture = ServiceFixture::new().await;
    let read_key = format!("X-API-KEY: {}", fixture.read_key.text);
    let write_key = format!("Authorization: Bearer {}", fixture.write_key.text);
    for proxy in PROXIES {
        for method in [
            "GET", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "TRACE", "get",
        ] {
            let needed = Permission::needed_for(method);
            let reply = send_subrequest(&fixture, proxy, method, &read_key).await;
            let expected = if needed == Permission::Read { 200 } else { 403 };
            assert_eq!(
                reply.status, expected,
                "key with read, {method} behind {proxy}: {reply:?}"
            );
            if expected == 403 {
                assert_eq!(reply.code(), "insufficient_scope");
                let challenge = reply.header("www-authenticate").expect("a challenge");
                assert!(
                    challenge.contains("error=\"insufficient_scope\"")
                        && challenge.contains("scope=\"read write\""),
                    "RFC 6750, 3.1: {challenge}"
                );
            }
            assert_eq!(
                send_subrequest(&fixture, proxy, method, &write_key)
                    .await
                    .status,
                200,
                "a key with write may {method}"
            );
        }
    }
}

#[tokio::test]
async fn identity_headers_encode_any_name() {
    let fixture = ServiceFixture::new().await;
    for proxy in PROXIES {
        let reply = send_subrequest(
            &fixture,
            proxy,
            "GET",
            &format!("X-API-KEY: {}", fixture.write_key.text),
        )
        .await;
        assert_eq!(reply.status, 200, "Envoy accepts only status 200");
        assert_eq!(
            reply.body, "",
            "with a body, nginx would close the connection after each check"
        );
        assert_eq!(reply.header("content-length"), Some("0"));
        assert_eq!(
            reply.header("x-keystile-key-id"),
            Some(fixture.write_key.id.as_str())
        );
        assert_eq!(
            reply.header("x-keystile-key-name"),
            Some("%C3%A9crire%E2%82%AC")
        );
        assert_eq!(
            reply.header("x-keystile-environment"),
            Some(ENVIRONMENT_PATH)
        );
        assert_eq!(reply.header("x-keystile-permissions"), Some("read write"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn identity_headers_have_new_name_after_rename() {
    let fixture = ServiceFixture::new().await;
    let read_key = format!("X-API-KEY: {}", fixture.read_key.text);
    let environment_header = async || {
        let reply = send_subrequest(&fixture, "nginx", "GET", &read_key).await;
        reply.header("x-keystile-environment").map(str::to_owned)
    };
    assert_eq!(
        environment_header().await.as_deref(),
        Some(ENVIRONMENT_PATH)
    );
    let projects = fixture.registry.list_projects().await.expect("projects");
    for project in projects {
        let name = format!("Renamed {}", project.name);
        let renamed = fixture.registry.rename_project(&project.id, &name).await;
        renamed.expect("a new name");
    }
    assert_eq!(
        environment_header().await,
        Some(format!("Renamed%20{ENVIRONMENT_PATH}")),
        "cached identity headers must not outlive a rename"
    );
}

#[tokio::test]
async fn only_method_header_of_named_proxy_is_used() {
    let fixture = ServiceFixture::new().await;
    let key = format!("X-API-KEY: {}", fixture.read_key.text);
    for (proxy, other_header) in [
        ("nginx", "X-Forwarded-Method: GET"),
        ("caddy", "X-Original-Method: GET"),
        ("traefik", "X-Original-Method: GET"),
        ("envoy", "X-Forwarded-Method: GET\r\nX-Original-Method: GET"),
    ] {
        let reply = send_subrequest(
            &fixture,
            proxy,
            "DELETE",
            &format!("{other_header}\r\n{key}"),
        )
        .await;
        assert_eq!(
            reply.status, 403,
            "{other_header} does not turn a write into a read behind {proxy}"
        );
    }
    for proxy in ["nginx", "caddy", "traefik"] {
        let method_header = if proxy == "nginx" {
            "X-Original-Method"
        } else {
            "X-Forwarded-Method"
        };
        let other_method_header = if proxy == "nginx" {
            "X-Forwarded-Method"
        } else {
            "X-Original-Method"
        };
        let path = format!("GET /v1/auth/{proxy}/{}", fixture.environment);
        for lines in [
            String::new(),
            format!("{other_method_header}: GET\r\n"),
            format!("{method_header}: GET\r\n{method_header}: POST\r\n"),
            format!("{method_header}: \r\n"),
            format!("{method_header}: GET, POST\r\n"),
        ] {
            let reply = fixture.send(&format!("{path}\r\n{lines}{key}")).await;
            assert_eq!(
                (reply.status, reply.code().as_str()),
                (403, "missing_method_header"),
                "{proxy} with {lines:?}"
            );
        }
        let reply = fixture
            .send(&format!(
                "POST {}\r\n{method_header}: GET\r\n{key}",
                &path[4..]
            ))
            .await;
        assert_eq!(
            reply.status, 403,
            "a subrequest with a write method requires write"
        );
    }
}

#[tokio::test]
async fn upgrades_and_method_overrides_require_write() {
    let fixture = ServiceFixture::new().await;
    for proxy in PROXIES {
        for line in [
            "Upgrade: websocket\r\nConnection: Upgrade",
            "X-Original-Upgrade: websocket",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "HTTP2-Settings: AAMAAABkAAQAAP__",
            "X-HTTP-Method-Override: DELETE",
            "X-HTTP-Method-Override: GET",
            "X-HTTP-Method: PUT",
            "X-Method-Override: PATCH",
            "x-method: POST",
        ] {
            let reply = send_subrequest(
                &fixture,
                proxy,
                "GET",
                &format!("{line}\r\nX-API-KEY: {}", fixture.read_key.text),
            )
            .await;
            assert_eq!(reply.status, 403, "{line} behind {proxy}");
            let reply = send_subrequest(
                &fixture,
                proxy,
                "GET",
                &format!("{line}\r\nX-API-KEY: {}", fixture.write_key.text),
            )
            .await;
            assert_eq!(
                reply.status, 200,
                "{line} behind {proxy} with a key with write"
            );
        }
        let reply = send_subrequest(
            &fixture,
            proxy,
            "GET",
            &format!(
                "X-Original-Upgrade:\r\nX-API-KEY: {}",
                fixture.read_key.text
            ),
        )
        .await;
        assert_eq!(
            reply.status, 200,
            "an empty header is not an upgrade; nginx and Caddy send one"
        );
    }
}

#[tokio::test]
async fn environment_is_found_by_id_or_full_name_only() {
    let fixture = ServiceFixture::new().await;
    let lines = format!(
        "X-Original-Method: GET\r\nX-API-KEY: {}",
        fixture.read_key.text
    );
    for path in [fixture.environment.as_str(), ENVIRONMENT_PATH] {
        let reply = fixture
            .send(&format!("GET /v1/auth/nginx/{path}\r\n{lines}"))
            .await;
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
    }
    for path in [
        "nginx/nowhere/staging".to_owned(),
        "nginx/abcdefghijkl".to_owned(),
        format!("nginx/{ENVIRONMENT_PATH}/orders"),
        format!("envoy/{ENVIRONMENT_PATH}/orders"),
        "nginx/".to_owned(),
        fixture.environment.to_string(),
        ENVIRONMENT_PATH.to_owned(),
    ] {
        for lines in [lines.as_str(), "X-Original-Method: GET"] {
            let reply = fixture
                .send(&format!("GET /v1/auth/{path}\r\n{lines}"))
                .await;
            assert_eq!(
                (reply.status, reply.code().as_str()),
                (500, "proxy_misconfigured"),
                "{path}: no key of a client can help: {reply:?}"
            );
            assert!(
                !reply.body.contains("keystile") && !reply.body.contains("/v1/"),
                "clients cannot change the configuration: {}",
                reply.body
            );
        }
    }
}

#[tokio::test]
async fn path_without_proxy_uses_default_proxy() {
    let mut settings = local_settings();
    settings.default_proxy = Some(keystile_service::Proxy::Caddy);
    let fixture = ServiceFixture::with_settings(settings).await;
    let key = format!("X-API-KEY: {}", fixture.read_key.text);
    for path in [fixture.environment.as_str(), ENVIRONMENT_PATH] {
        for (method, status) in [("GET", 200), ("POST", 403)] {
            let head = format!("GET /v1/auth/{path}\r\nX-Forwarded-Method: {method}\r\n{key}");
            assert_eq!(
                fixture.send(&head).await.status,
                status,
                "{method} under {path}"
            );
        }
        let head = format!("GET /v1/auth/{path}\r\nX-Original-Method: GET\r\n{key}");
        assert_eq!(
            fixture.send(&head).await.code(),
            "missing_method_header",
            "the proxies use different headers"
        );
    }
}
