//! Envoy and Traefik are no packages of Debian. Here their part is played as their documentation describes it, with what
//! the printed configurations say and nothing else.

use std::net::SocketAddr;

use keystile_policy::KeyLocation;
use keystile_service::{Proxy, Snippet, snippet};

use crate::fixture::{ENVIRONMENT_NAME, ServiceFixture, local_settings};
use crate::raw_http::call;
use crate::started::choose_key_location;

fn printed(fixture: &ServiceFixture, proxy: Proxy) -> String {
    snippet(&Snippet {
        proxy,
        environment: ENVIRONMENT_NAME,
        name: "Acme/staging",
        key_location: &KeyLocation::Default,
        service: fixture.address.into(),
        upstream: "127.0.0.1:8000",
        listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
        server_name: None,
        location_only: false,
    })
    .expect("a configuration")
}

/// What stands behind `key` in the only line that has it.
fn value<'a>(text: &'a str, key: &str) -> &'a str {
    let mut lines = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix(key));
    let found = lines.next().unwrap_or_else(|| panic!("no {key} in {text}"));
    assert_eq!(lines.next(), None, "{key} occurs once");
    found.trim().trim_matches('"')
}

#[tokio::test]
async fn traefik_subrequest_uses_get_and_forwarded_headers() {
    let fixture = ServiceFixture::new().await;
    let text = printed(&fixture, Proxy::Traefik);
    let address = value(&text, "address:");
    let path = address
        .strip_prefix(&format!("http://{}", fixture.address))
        .expect("the service's address");
    assert_eq!(
        value(&text, "trustForwardHeader:"),
        "false",
        "with true the client's X-Forwarded-Method would count"
    );
    for header in [
        "X-Keystile-Key-Id",
        "X-Keystile-Key-Name",
        "X-Keystile-Environment",
        "X-Keystile-Permissions",
    ] {
        assert!(
            text.contains(&format!("- {header}\n")),
            "the upstream receives {header}"
        );
        assert!(
            text.contains(&format!("{header}: \"\"\n")),
            "the proxy removes the client's {header}"
        );
    }
    // Traefik copies the client's headers but for hop-by-hop ones, then sets these five.
    let ask = async |method: &str, copied: &str| {
        let forwarded = format!(
            "X-Forwarded-Method: {method}\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: api.example\r\nX-Forwarded-Uri: /orders\r\nX-Forwarded-For: 192.0.2.7"
        );
        fixture
            .send(&format!("GET {path}\r\n{copied}\r\n{forwarded}"))
            .await
            .status
    };
    let (reader, writer) = (&fixture.read_key.text, &fixture.write_key.text);
    assert_eq!(ask("GET", &format!("X-Api-Key: {reader}")).await, 200);
    assert_eq!(ask("DELETE", &format!("X-Api-Key: {reader}")).await, 403);
    assert_eq!(ask("DELETE", &format!("X-Api-Key: {writer}")).await, 200);
    assert_eq!(ask("GET", "Accept: */*").await, 401);
    let websocket = "Sec-Websocket-Version: 13\r\nSec-Websocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    assert_eq!(
        ask("GET", &format!("{websocket}\r\nX-Api-Key: {reader}")).await,
        403,
        "Upgrade does not arrive; a WebSocket is seen all the same"
    );
    assert_eq!(
        ask(
            "GET",
            &format!("X-Http-Method-Override: PUT\r\nX-Api-Key: {reader}")
        )
        .await,
        403
    );
    assert!(
        text.contains("- Authorization\n"),
        "Traefik replaces the request's header by the response's, or removes it"
    );
    let answered = async |copied: String| {
        let asked = format!("GET {path}\r\n{copied}\r\nX-Forwarded-Method: GET");
        let reply = fixture.send(&asked).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.header("authorization").map(str::to_owned)
    };
    assert_eq!(
        answered(format!("Authorization: Bearer {reader}")).await,
        None,
        "the proxy removes the key"
    );
    assert_eq!(
        answered(format!("X-Api-Key: {reader}\r\nAuthorization: Basic YTpi")).await,
        Some("Basic YTpi".to_owned()),
        "an Authorization without a key is forwarded"
    );
    fixture.revoke_key(fixture.write_key.id).await;
    assert_eq!(
        ask("GET", &format!("X-Api-Key: {writer}")).await,
        401,
        "a revoked key is rejected"
    );
}

#[tokio::test]
async fn envoy_subrequest_has_method_path_and_host_of_request() {
    let mut settings = local_settings();
    settings.allowed_hosts = vec!["api.example".to_owned()];
    let fixture = ServiceFixture::with_settings(settings).await;
    let text = printed(&fixture, Proxy::Envoy);
    let prefix = value(&text, "path_prefix:");
    assert_eq!(
        value(&text, "failure_mode_allow:"),
        "false",
        "without a response, requests are denied"
    );
    assert_eq!(
        value(&text, "headers_with_underscores_action:"),
        "DROP_HEADER"
    );
    // What Envoy passes on by itself, beside method, path and host: Authorization, and Content-Length as 0.
    let ask = async |method: &str, path: &str, copied: &[(&str, &str)]| {
        let mut lines = String::new();
        for (name, value) in copied {
            let is_passed = *name == "authorization"
                || text.contains(&format!("{{ exact: {name}, ignore_case: true }}"));
            assert!(is_passed, "{name} would not reach the check");
            lines += &format!("{name}: {value}\r\n");
        }
        let request = format!(
            "{method} {prefix}{path} HTTP/1.1\r\nHost: api.example\r\nContent-Length: 0\r\n{lines}\r\n"
        );
        call(fixture.address, request).await.expect("a response")
    };
    let (reader, writer) = (
        fixture.read_key.text.as_str(),
        fixture.write_key.text.as_str(),
    );
    let reply = ask("GET", "/orders/1?page=2", &[("x-api-key", reader)]).await;
    assert_eq!(
        reply.status, 200,
        "Envoy accepts only status 200: {reply:?}"
    );
    assert!(
        reply
            .header("x-keystile-key-id")
            .is_some_and(|_| text.contains("exact: x-keystile-key-id")),
        "the identity headers reach the upstream"
    );
    let bearer = format!("Bearer {reader}");
    for (sent, removed) in [
        ([("x-api-key", reader)], "x-api-key"),
        (
            [("authorization", bearer.as_str())],
            "x-api-key, authorization",
        ),
    ] {
        let reply = ask("GET", "/orders/1", &sent).await;
        assert_eq!(
            reply.header("x-envoy-auth-headers-to-remove"),
            Some(removed),
            "the proxy removes the key from every location"
        );
    }
    for path in [
        "",
        "/",
        "/-/",
        "/orders/-/x",
        "/v1/auth/nginx/x",
        "/%2e%2e/x",
    ] {
        assert_eq!(
            ask(
                "GET",
                path,
                &[("authorization", &format!("Bearer {reader}"))]
            )
            .await
            .status,
            200,
            "{path} belongs to the upstream"
        );
        assert_eq!(
            ask("POST", path, &[("x-api-key", reader)]).await.status,
            403,
            "{path}"
        );
        assert_eq!(
            ask("POST", path, &[("x-api-key", writer)]).await.status,
            200,
            "{path}"
        );
    }
    assert_eq!(
        ask(
            "GET",
            "/",
            &[("x-api-key", reader), ("upgrade", "websocket")]
        )
        .await
        .status,
        403
    );
    assert_eq!(
        ask(
            "GET",
            "/",
            &[("x-api-key", reader), ("x-http-method-override", "PUT")]
        )
        .await
        .status,
        403
    );
    assert_eq!(
        ask("GET", &format!("/?api_key={reader}"), &[]).await.status,
        400
    );
    assert_eq!(ask("GET", "/", &[]).await.status, 401);
}

#[tokio::test]
async fn envoy_keeps_x_api_key_for_bearer_location() {
    let fixture = ServiceFixture::new().await;
    choose_key_location(&fixture, &KeyLocation::Bearer).await;
    let text = printed(&fixture, Proxy::Envoy);
    let prefix = value(&text, "path_prefix:");
    let reader = fixture.read_key.text.as_str();
    let ask = async |of_the_api: &str| {
        let request = format!(
            "GET {prefix}/ HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\n\
             Authorization: Bearer {reader}\r\nX-Api-Key: {of_the_api}\r\n\r\n",
            fixture.address
        );
        call(fixture.address, request).await.expect("a response")
    };
    let reply = ask("of the API").await;
    assert_eq!(
        (reply.status, reply.header("x-envoy-auth-headers-to-remove")),
        (200, Some("authorization")),
        "X-API-KEY belongs to the API then"
    );
    let reply = ask(reader).await;
    assert_eq!(reply.status, 400, "a key in it must not reach the API");
}
