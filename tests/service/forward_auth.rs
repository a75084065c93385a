//! What each proxy is answered: whose header is believed, what it demands, and who the API is told about.

use keystile_keys::Permission;

use crate::caller::Reply;
use crate::fixture::{ENVIRONMENT_PATH, ServiceFixture, local_settings};

/// A question as this proxy would ask it for a request of this method.
async fn ask(fixture: &ServiceFixture, proxy: &str, method: &str, more: &str) -> Reply {
    let path = format!("/v1/auth/{proxy}/{}", fixture.environment);
    let head = match proxy {
        "nginx" => format!("GET {path}\r\nX-Original-Method: {method}"),
        "envoy" => format!("{method} {path}/-/orders/1?page=2"),
        _ => format!("GET {path}\r\nX-Forwarded-Method: {method}"),
    };
    fixture.send(&format!("{head}\r\n{more}")).await
}

const PROXIES: [&str; 4] = ["nginx", "caddy", "traefik", "envoy"];

#[tokio::test]
async fn read_and_write_follow_the_method_of_the_request_behind_every_proxy() {
    let fixture = ServiceFixture::new().await;
    let shown = format!("X-API-KEY: {}", fixture.read_key.text);
    let may_write = format!("Authorization: Bearer {}", fixture.write_key.text);
    for proxy in PROXIES {
        for method in [
            "GET", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "TRACE", "get",
        ] {
            let needed = Permission::needed_for(method);
            let reply = ask(&fixture, proxy, method, &shown).await;
            let wanted = if needed == Permission::Read { 200 } else { 403 };
            assert_eq!(
                reply.status, wanted,
                "a key that may read, {method} behind {proxy}: {reply:?}"
            );
            if wanted == 403 {
                assert_eq!(reply.code(), "insufficient_scope");
                let challenge = reply.header("www-authenticate").expect("a challenge");
                assert!(
                    challenge.contains("error=\"insufficient_scope\"")
                        && challenge.contains("scope=\"read write\""),
                    "RFC 6750, 3.1: {challenge}"
                );
            }
            assert_eq!(
                ask(&fixture, proxy, method, &may_write).await.status,
                200,
                "a key that may write may {method}"
            );
        }
    }
}

#[tokio::test]
async fn the_api_is_told_who_asks_in_headers_that_hold_any_name() {
    let fixture = ServiceFixture::new().await;
    for proxy in PROXIES {
        let reply = ask(
            &fixture,
            proxy,
            "GET",
            &format!("X-API-KEY: {}", fixture.write_key.text),
        )
        .await;
        assert_eq!(reply.status, 200, "exactly 200: Envoy takes no other");
        assert_eq!(
            reply.body, "",
            "with a body nginx would close the connection each time"
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
async fn after_a_project_was_renamed_the_api_is_told_its_new_name() {
    let fixture = ServiceFixture::new().await;
    let shown = format!("X-API-KEY: {}", fixture.read_key.text);
    let told = async || {
        let reply = ask(&fixture, "nginx", "GET", &shown).await;
        reply.header("x-keystile-environment").map(str::to_owned)
    };
    assert_eq!(told().await.as_deref(), Some(ENVIRONMENT_PATH));
    let projects = fixture.registry.list_projects().await.expect("projects");
    for project in projects {
        let name = format!("Renamed {}", project.name);
        let renamed = fixture.registry.rename_project(&project.id, &name).await;
        renamed.expect("a new name");
    }
    assert_eq!(
        told().await,
        Some(format!("Renamed%20{ENVIRONMENT_PATH}")),
        "headers that were made for an earlier request must not outlive the name in them"
    );
}

#[tokio::test]
async fn whatever_is_wrong_with_a_key_its_presenter_reads_the_same() {
    let fixture = ServiceFixture::new().await;
    let mut forged = fixture.read_key.text.clone();
    forged.replace_range(
        forged.len() - 1..,
        if forged.ends_with('0') { "1" } else { "0" },
    );
    let revoked = fixture.write_key.text.clone();
    fixture.revoke_key(fixture.write_key.id).await;
    for proxy in PROXIES {
        let mut replies = Vec::new();
        for key in [
            revoked.as_str(),
            &forged,
            "nonsense",
            &fixture.other_environment_key.text,
        ] {
            let reply = ask(&fixture, proxy, "GET", &format!("X-API-KEY: {key}")).await;
            assert_eq!((reply.status, reply.code().as_str()), (401, "key_refused"));
            let challenge = reply.header("www-authenticate").expect("a challenge");
            assert!(
                challenge.contains("error=\"invalid_token\""),
                "RFC 6750, 3.1: {challenge}"
            );
            replies.push(reply.body);
        }
        replies.dedup();
        assert_eq!(replies.len(), 1, "the reason is for the owner only");
        let reply = ask(&fixture, proxy, "GET", "Accept: */*").await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (401, "credentials_missing")
        );
        assert_eq!(
            reply.header("www-authenticate"),
            Some("Bearer realm=\"keystile\""),
            "RFC 6750: no error code when no credentials came"
        );
    }
}

#[tokio::test]
async fn only_the_header_of_the_proxy_in_the_path_is_believed() {
    let fixture = ServiceFixture::new().await;
    let key = format!("X-API-KEY: {}", fixture.read_key.text);
    for (proxy, foreign) in [
        ("nginx", "X-Forwarded-Method: GET"),
        ("caddy", "X-Original-Method: GET"),
        ("traefik", "X-Original-Method: GET"),
        ("envoy", "X-Forwarded-Method: GET\r\nX-Original-Method: GET"),
    ] {
        let reply = ask(&fixture, proxy, "DELETE", &format!("{foreign}\r\n{key}")).await;
        assert_eq!(
            reply.status, 403,
            "{foreign} turns no write into a read behind {proxy}"
        );
    }
    for proxy in ["nginx", "caddy", "traefik"] {
        let own = if proxy == "nginx" {
            "X-Original-Method"
        } else {
            "X-Forwarded-Method"
        };
        let other = if proxy == "nginx" {
            "X-Forwarded-Method"
        } else {
            "X-Original-Method"
        };
        let path = format!("GET /v1/auth/{proxy}/{}", fixture.environment);
        for lines in [
            String::new(),
            format!("{other}: GET\r\n"),
            format!("{own}: GET\r\n{own}: POST\r\n"),
            format!("{own}: \r\n"),
            format!("{own}: GET, POST\r\n"),
        ] {
            let reply = fixture.send(&format!("{path}\r\n{lines}{key}")).await;
            assert_eq!(
                (reply.status, reply.code().as_str()),
                (403, "method_missing"),
                "{proxy} with {lines:?}"
            );
        }
        let reply = fixture
            .send(&format!("POST {}\r\n{own}: GET\r\n{key}", &path[4..]))
            .await;
        assert_eq!(
            reply.status, 403,
            "a question that is itself a write asks for no less"
        );
    }
}

#[tokio::test]
async fn what_leaves_http_or_hides_its_method_needs_write() {
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
            let reply = ask(
                &fixture,
                proxy,
                "GET",
                &format!("{line}\r\nX-API-KEY: {}", fixture.read_key.text),
            )
            .await;
            assert_eq!(reply.status, 403, "{line} behind {proxy}");
            let reply = ask(
                &fixture,
                proxy,
                "GET",
                &format!("{line}\r\nX-API-KEY: {}", fixture.write_key.text),
            )
            .await;
            assert_eq!(
                reply.status, 200,
                "{line} behind {proxy} with a key that may write"
            );
        }
        let reply = ask(
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
            "an empty header upgrades nothing; nginx and Caddy send one"
        );
    }
}

#[tokio::test]
async fn one_key_and_not_in_the_address() {
    let fixture = ServiceFixture::new().await;
    let (reader, writer) = (&fixture.read_key.text, &fixture.write_key.text);
    for proxy in PROXIES {
        let refused = if proxy == "nginx" { 401 } else { 400 };
        let same = format!("X-API-KEY: {reader}\r\nAuthorization: Bearer {reader}");
        assert_eq!(
            ask(&fixture, proxy, "GET", &same).await.status,
            200,
            "the same key twice is one key"
        );
        let foreign = format!("X-API-KEY: {reader}\r\nAuthorization: Basic YTpi");
        assert_eq!(
            ask(&fixture, proxy, "GET", &foreign).await.status,
            200,
            "another scheme is the API's own"
        );
        for (lines, code) in [
            (
                format!("X-API-KEY: {reader}\r\nAuthorization: Bearer {writer}"),
                "credentials_conflict",
            ),
            (
                format!("X-API-KEY: {reader}\r\nX-API-KEY: {reader}"),
                "credentials_conflict",
            ),
            (
                format!("Authorization: Bearer {reader}\r\nAuthorization: Basic YTpi"),
                "credentials_conflict",
            ),
            (
                format!("Authorization: Bearer {reader} {writer}"),
                "credentials_form",
            ),
            ("Authorization: Bearer".to_owned(), "credentials_form"),
            (
                format!("X-Forwarded-Uri: /orders?api_key={reader}"),
                "key_in_query",
            ),
            (
                format!("X-Forwarded-Uri: /orders?q={reader}\r\nX-API-KEY: {reader}"),
                "key_in_query",
            ),
        ] {
            let reply = ask(&fixture, proxy, "GET", &lines).await;
            assert_eq!(
                (reply.status, reply.code().as_str()),
                (refused, code),
                "{proxy}: {code}"
            );
            assert!(
                !reply.body.contains(reader.as_str()),
                "an error never repeats a key"
            );
            assert!(
                reply
                    .header("www-authenticate")
                    .is_some_and(|told| told.contains("invalid_request")),
                "RFC 6750, 3.1"
            );
        }
        let own = format!("X-Forwarded-Uri: /orders?key=colour\r\nX-API-KEY: {reader}");
        assert_eq!(
            ask(&fixture, proxy, "GET", &own).await.status,
            200,
            "a parameter of the API's own is its own"
        );
    }
}

#[tokio::test]
async fn an_environment_has_its_id_and_its_name_and_nothing_else_opens() {
    let fixture = ServiceFixture::new().await;
    let lines = format!(
        "X-Original-Method: GET\r\nX-API-KEY: {}",
        fixture.read_key.text
    );
    for (path, status, code) in [
        (format!("nginx/{}", fixture.environment), 200, ""),
        (format!("nginx/{ENVIRONMENT_PATH}"), 200, ""),
        // Its callers can do nothing about a project that was renamed.
        ("nginx/nowhere/staging".to_owned(), 503, "unavailable"),
        ("nginx/abcdefghijkl".to_owned(), 503, "unavailable"),
        (
            format!("nginx/{ENVIRONMENT_PATH}/orders"),
            401,
            "key_refused",
        ),
        (
            format!("envoy/{ENVIRONMENT_PATH}/orders"),
            401,
            "key_refused",
        ),
        ("nginx/".to_owned(), 401, "key_refused"),
        (fixture.environment.to_string(), 403, "proxy_unknown"),
        (ENVIRONMENT_PATH.to_owned(), 403, "proxy_unknown"),
    ] {
        let reply = fixture
            .send(&format!("GET /v1/auth/{path}\r\n{lines}"))
            .await;
        assert_eq!(reply.status, status, "{path}: {reply:?}");
        if status != 200 {
            assert_eq!(reply.code(), code, "{path}");
        }
        if status != 403 {
            let keyless = format!("GET /v1/auth/{path}\r\nX-Original-Method: GET");
            let reply = fixture.send(&keyless).await;
            assert_eq!(
                (reply.status, reply.code().as_str()),
                (401, "credentials_missing"),
                "{path}: without a key nobody learns which environments exist"
            );
        }
    }
}

#[tokio::test]
async fn a_path_without_a_proxy_is_believed_as_the_settings_say() {
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
            "method_missing",
            "nginx's header is not Caddy's"
        );
    }
}
