//! Tests of the configurations for Envoy and Traefik, which are not packages of Debian. The tests send the subrequests
//! that the documentation of each proxy describes for the generated configuration.

use std::net::SocketAddr;

use keystile_policy::KeyLocation;
use keystile_service::{Proxy, Snippet, snippet};

use crate::fixture::{ENVIRONMENT_NAME, ServiceFixture, local_settings};
use crate::raw_http::call;
use crate::started_gateway::choose_key_location;

fn generate_configuration(fixture: &ServiceFixture, proxy: Proxy) -> String {
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

/// Returns the value of `key`, which must occur in exactly one line.
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
    let text = generate_configuration(&fixture, Proxy::Traefik);
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
        "X-Keystile-Expires",
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
    // Traefik copies the client's headers except the hop-by-hop headers, then sets these five.
    let send_subrequest = async |method: &str, headers: &str| {
        let forwarded = format!(
            "X-Forwarded-Method: {method}\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: api.example\r\nX-Forwarded-Uri: /orders\r\nX-Forwarded-For: 192.0.2.7"
        );
        fixture
            .send(&format!("GET {path}\r\n{headers}\r\n{forwarded}"))
            .await
            .status
    };
    let (reader, writer) = (&fixture.read_key.text, &fixture.write_key.text);
    assert_eq!(
        send_subrequest("GET", &format!("X-Api-Key: {reader}")).await,
        200
    );
    assert_eq!(
        send_subrequest("DELETE", &format!("X-Api-Key: {reader}")).await,
        403
    );
    assert_eq!(
        send_subrequest("DELETE", &format!("X-Api-Key: {writer}")).await,
        200
    );
    assert_eq!(send_subrequest("GET", "Accept: */*").await, 401);
    let websocket = "Sec-Websocket-Version: 13\r\nSec-Websocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    assert_eq!(
        send_subrequest("GET", &format!("{websocket}\r\nX-Api-Key: {reader}")).await,
        403,
        "a WebSocket requires write even without the Upgrade header"
    );
    assert_eq!(
        send_subrequest(
            "GET",
            &format!("X-Http-Method-Override: PUT\r\nX-Api-Key: {reader}")
        )
        .await,
        403
    );
    assert!(
        text.contains("- Authorization\n"),
        "Traefik replaces the request's header with the response's, or removes it"
    );
    let returned_authorization = async |headers: String| {
        let request = format!("GET {path}\r\n{headers}\r\nX-Forwarded-Method: GET");
        let reply = fixture.send(&request).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.header("authorization").map(str::to_owned)
    };
    assert_eq!(
        returned_authorization(format!("Authorization: Bearer {reader}")).await,
        None,
        "the proxy removes the key"
    );
    assert_eq!(
        returned_authorization(format!("X-Api-Key: {reader}\r\nAuthorization: Basic YTpi")).await,
        Some("Basic YTpi".to_owned()),
        "an Authorization without a key is forwarded"
    );
    fixture.revoke_key(fixture.write_key.id).await;
    assert_eq!(
        send_subrequest("GET", &format!("X-Api-Key: {writer}")).await,
        401,
        "a revoked key is rejected"
    );
}

#[tokio::test]
async fn envoy_subrequest_has_method_path_and_host_of_request() {
    let mut settings = local_settings();
    settings.allowed_hosts = vec!["api.example".to_owned()];
    let fixture = ServiceFixture::with_settings(settings).await;
    let text = generate_configuration(&fixture, Proxy::Envoy);
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
    // Envoy always forwards the method, path, host, and Authorization, and sets Content-Length to 0.
    let send_subrequest = async |method: &str, path: &str, headers: &[(&str, &str)]| {
        let mut lines = String::new();
        for (name, value) in headers {
            let is_forwarded = *name == "authorization"
                || text.contains(&format!("{{ exact: {name}, ignore_case: true }}"));
            assert!(is_forwarded, "{name} would not reach the check");
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
    let reply = send_subrequest("GET", "/orders/1?page=2", &[("x-api-key", reader)]).await;
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
    let authorization = format!("Bearer {reader}");
    for (sent, removed) in [
        ([("x-api-key", reader)], "x-api-key"),
        (
            [("authorization", authorization.as_str())],
            "x-api-key, authorization",
        ),
    ] {
        let reply = send_subrequest("GET", "/orders/1", &sent).await;
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
            send_subrequest(
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
            send_subrequest("POST", path, &[("x-api-key", reader)])
                .await
                .status,
            403,
            "{path}"
        );
        assert_eq!(
            send_subrequest("POST", path, &[("x-api-key", writer)])
                .await
                .status,
            200,
            "{path}"
        );
    }
    assert_eq!(
        send_subrequest(
            "GET",
            "/",
            &[("x-api-key", reader), ("upgrade", "websocket")]
        )
        .await
        .status,
        403
    );
    assert_eq!(
        send_subrequest(
            "GET",
            "/",
            &[("x-api-key", reader), ("x-http-method-override", "PUT")]
        )
        .await
        .status,
        403
    );
    assert_eq!(
        send_subrequest("GET", &format!("/?api_key={reader}"), &[])
            .await
            .status,
        400
    );
    assert_eq!(send_subrequest("GET", "/", &[]).await.status, 401);
}

#[tokio::test]
async fn envoy_keeps_x_api_key_for_bearer_location() {
    let fixture = ServiceFixture::new().await;
    choose_key_location(&fixture, &KeyLocation::Bearer).await;
    let text = generate_configuration(&fixture, Proxy::Envoy);
    let prefix = value(&text, "path_prefix:");
    let reader = fixture.read_key.text.as_str();
    let send_subrequest = async |api_header: &str| {
        let request = format!(
            "GET {prefix}/ HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\n\
             Authorization: Bearer {reader}\r\nX-Api-Key: {api_header}\r\n\r\n",
            fixture.address
        );
        call(fixture.address, request).await.expect("a response")
    };
    let reply = send_subrequest("api-value").await;
    assert_eq!(
        (reply.status, reply.header("x-envoy-auth-headers-to-remove")),
        (200, Some("authorization")),
        "with the bearer location, X-API-KEY belongs to the API"
    );
    let reply = send_subrequest(reader).await;
    assert_eq!(
        reply.status, 400,
        "a key in X-API-KEY must not reach the API"
    );
}
