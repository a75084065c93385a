//! Tests of the headers that forward-auth rejects, and of `Authorization` in its response.

use crate::fixture::{ENVIRONMENT_PATH, ServiceFixture};
use crate::raw_http::Reply;

async fn send_subrequest(fixture: &ServiceFixture, proxy: &str, key: &str, lines: &str) -> Reply {
    let method = match proxy {
        "nginx" => "X-Original-Method: GET\r\nX-Forwarded-Uri: /orders\r\n",
        "envoy" => "",
        _ => "X-Forwarded-Method: GET\r\nX-Forwarded-Uri: /orders\r\n",
    };
    let suffix = if proxy == "envoy" { "/-/orders" } else { "" };
    fixture
        .send(&format!(
            "GET /v1/auth/{proxy}/{ENVIRONMENT_PATH}{suffix}\r\n{method}X-API-KEY: {key}\r\n{lines}"
        ))
        .await
}

#[tokio::test]
async fn forward_auth_rejects_headers_that_only_a_proxy_may_set() {
    let fixture = ServiceFixture::new().await;
    for proxy in ["nginx", "caddy", "traefik", "envoy"] {
        for line in [
            "Remote-User: root",
            "REMOTE_USER: root",
            "X-Forwarded-User: root",
            "X-Forwarded-Email: a@b",
            "X_Forwarded_User: root",
            "X-Original-Path: /admin",
            "X.Original.URL: /admin",
            "X-Rewrite-URL: /admin",
            "X_Rewrite_URL: /admin",
            "X-Accel-Redirect: /admin",
            "Script-Name: /admin",
            "Request-Method: DELETE",
            "Proxy: http://a",
            "X-Keystile-Trace: 1",
            "X-Keystile: 1",
            "X-KeystileKey-Id: 1",
            "X_Api_Key: 1",
        ] {
            let reply = send_subrequest(&fixture, proxy, &fixture.write_key.text, line).await;
            let status = if proxy == "nginx" { 401 } else { 400 };
            assert_eq!(
                (reply.status, reply.code()),
                (status, "reserved_header".to_owned()),
                "{proxy}: an upstream could trust the client's header: {line}"
            );
        }
    }
}

#[tokio::test]
async fn forward_auth_accepts_headers_that_proxies_set_or_remove() {
    let fixture = ServiceFixture::new().await;
    for proxy in ["nginx", "caddy", "traefik", "envoy"] {
        for line in [
            "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: a\r\nX-Forwarded-Port: 443",
            "X-Forwarded-Server: a\r\nX-Real-IP: 192.0.2.7\r\nForwarded: for=192.0.2.7",
            "CF-Connecting-IP: 192.0.2.7\r\nTrue-Client-IP: 192.0.2.7\r\nX-Forwarded-Ssl: on",
            "X-Envoy-External-Address: 192.0.2.7",
            "X-Original-URI: /orders\r\nX-Original-Host: a",
            "X-Keystile-Key-Id: root",
        ] {
            let reply = send_subrequest(&fixture, proxy, &fixture.read_key.text, line).await;
            assert_eq!(
                reply.status, 200,
                "{proxy}: another proxy in front may have set it, and the configuration removes it: {line}: {reply:?}"
            );
        }
        let envoy_reply = send_subrequest(
            &fixture,
            proxy,
            &fixture.read_key.text,
            "X-Envoy-Internal: true",
        )
        .await;
        let status = match proxy {
            "envoy" => 200,
            "nginx" => 401,
            _ => 400,
        };
        assert_eq!(
            envoy_reply.status, status,
            "{proxy}: only Envoy adds it to its own requests: {envoy_reply:?}"
        );
    }
}

#[tokio::test]
async fn forward_auth_returns_authorization_of_the_api() {
    let fixture = ServiceFixture::new().await;
    let (reader, writer) = (&fixture.read_key.text, &fixture.write_key.text);
    let basic = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        format!("key:{reader}"),
    );
    let cut = &reader[..reader.len() - 9];
    for proxy in ["nginx", "caddy", "traefik"] {
        for (value, is_own) in [
            ("Basic YTpi".to_owned(), true),
            ("Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln".to_owned(), true),
            (reader.clone(), false),
            (format!("ApiKey {writer}"), false),
            (format!("Token token=\"{reader}\""), false),
            (format!("Token {cut}"), false),
            (format!("Basic {basic}"), false),
            (format!("Bearer {reader}"), false),
        ] {
            let line = format!("Authorization: {value}");
            let reply = send_subrequest(&fixture, proxy, reader, &line).await;
            assert_eq!(reply.status, 200, "{proxy}: {value}: {reply:?}");
            let is_kept = if proxy == "caddy" {
                reply.header("x-keystile-authorization") == Some("keep")
            } else {
                reply.header("authorization") == Some(value.as_str())
            };
            assert_eq!(
                is_kept, is_own,
                "{proxy}: a key is removed from every scheme: {value}: {reply:?}"
            );
            assert!(
                is_own || reply.header("authorization").is_none(),
                "{proxy}: the response does not contain it: {reply:?}"
            );
        }
    }
}

#[tokio::test]
async fn forward_auth_rejects_dot_segments_with_base_path() {
    let fixture = ServiceFixture::new().await;
    for proxy in ["nginx", "caddy", "traefik", "envoy"] {
        for (path, leaves_base_path) in [
            ("/orders", false),
            ("/orders/a.json", false),
            ("/a/../../admin", true),
            ("/%2e%2e/admin", true),
            ("/a/..%2fadmin", true),
            ("/%252e%252e/admin", true),
            ("/..;/admin", true),
        ] {
            for (base, is_rejected) in [
                ("X-Upstream-Base-Path: /v2\r\n", leaves_base_path),
                ("", false),
            ] {
                let (suffix, lines) = match proxy {
                    "envoy" => (format!("/-{path}"), String::new()),
                    "nginx" => (
                        String::new(),
                        format!("X-Original-Method: GET\r\nX-Forwarded-Uri: {path}?a=..\r\n"),
                    ),
                    _ => (
                        String::new(),
                        format!("X-Forwarded-Method: GET\r\nX-Forwarded-Uri: {path}?a=..\r\n"),
                    ),
                };
                let reply = fixture
                    .send(&format!(
                        "GET /v1/auth/{proxy}/{ENVIRONMENT_PATH}{suffix}\r\n{lines}{base}X-API-KEY: {}",
                        fixture.read_key.text
                    ))
                    .await;
                let expected = match (is_rejected, proxy) {
                    (false, _) => 200,
                    (true, "nginx") => 401,
                    (true, _) => 400,
                };
                assert_eq!(
                    reply.status, expected,
                    "{proxy}: {path} could leave the base path {base:?}: {reply:?}"
                );
            }
        }
    }
}
