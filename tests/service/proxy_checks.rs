//! Checks that every proxy and the gateway must pass.

use crate::fixture::ENVIRONMENT_PATH;
use crate::proxies::ProtectedApi;
use crate::raw_http::{Reply, call};

/// Sends a request through the proxy. `head` is `METHOD path` and further header lines.
pub(crate) async fn send(guarded: &ProtectedApi, head: &str, key: &str, body: &str) -> Reply {
    let (line, lines) = head.split_once("\r\n").unwrap_or((head, ""));
    let lines = if lines.is_empty() {
        String::new()
    } else {
        format!("{lines}\r\n")
    };
    let key = if key.is_empty() {
        String::new()
    } else {
        format!("X-API-KEY: {key}\r\n")
    };
    let length = if body.is_empty() {
        String::new()
    } else {
        format!("Content-Length: {}\r\n", body.len())
    };
    let request = format!(
        "{line} HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n{key}{lines}{length}\r\n{body}"
    );
    call(guarded.address, request)
        .await
        .unwrap_or_else(|| panic!("no response to {head}"))
}

pub(crate) async fn forwards_only_authorized_requests(guarded: &ProtectedApi) {
    let (reader, writer) = (
        guarded.fixture.read_key.text.as_str(),
        guarded.fixture.write_key.text.as_str(),
    );
    let reply = send(guarded, "GET /orders?page=2", reader, "").await;
    assert_eq!(reply.status, 200, "a read: {reply:?}");
    assert!(
        reply.body.starts_with("GET /orders?page=2\n"),
        "the upstream received the client's request: {}",
        reply.body
    );
    let reply = send(guarded, "POST /orders", writer, "two apples").await;
    assert_eq!(reply.status, 200, "a write: {reply:?}");
    assert!(
        reply.body.starts_with("POST /orders\n") && reply.body.ends_with("\n\ntwo apples"),
        "the body arrives: {}",
        reply.body
    );
    let large = "x".repeat(200_000);
    let reply = send(guarded, "PUT /orders/1", writer, &large).await;
    assert!(
        reply.status == 200 && reply.body.ends_with(&large),
        "a large body arrives whole: {}",
        reply.status
    );
    let chunked = format!(
        "POST /orders HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\nX-API-KEY: {writer}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    );
    let reply = call(guarded.address, chunked).await.expect("a response");
    assert!(
        reply.status == 200 && reply.body.ends_with("\n\nabc"),
        "a body in chunks arrives: {reply:?}"
    );

    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        let reply = send(guarded, &format!("{method} /orders"), reader, "x").await;
        assert_eq!(reply.status, 403, "{method} with a read key: {reply:?}");
    }
    for spoofed in [
        "X-Forwarded-Method: GET",
        "X-Original-Method: GET",
        "X-Forwarded-Method: GET\r\nX-Original-Method: GET",
        "Connection: X-Forwarded-Method, X-Original-Method",
        "X_Forwarded_Method: GET\r\nX_Original_Method: GET",
    ] {
        let reply = send(
            guarded,
            &format!("DELETE /orders/1\r\n{spoofed}"),
            reader,
            "",
        )
        .await;
        // A name with `_` is rejected if the proxy forwards it to the check.
        assert!(
            matches!(reply.status, 400 | 403),
            "{spoofed} does not turn a write into a read: {reply:?}"
        );
    }
    for override_header in ["X-HTTP-Method-Override: DELETE", "X-Method-Override: PUT"] {
        let reply = send(
            guarded,
            &format!("GET /orders/1\r\n{override_header}"),
            reader,
            "",
        )
        .await;
        assert_eq!(reply.status, 403, "{override_header}: {reply:?}");
    }
    for upgrade in ["websocket", "h2c"] {
        let request = format!(
            "GET /live HTTP/1.1\r\nHost: api.example\r\nConnection: Upgrade\r\nUpgrade: {upgrade}\r\nX-API-KEY: {reader}\r\n\r\n"
        );
        let reply = call(guarded.address, request).await.expect("a response");
        assert_eq!(
            reply.status, 403,
            "an upgrade to {upgrade} requires write: {reply:?}"
        );
    }
    for upgrade in [
        "h2c",
        "h2c\r\nUpgrade: websocket",
        "websocket\r\nUpgrade: h2c",
        "websocket, h2c",
        "TLS/1.0",
    ] {
        let request = format!(
            "GET /live HTTP/1.1\r\nHost: api.example\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: {upgrade}\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nX-API-KEY: {writer}\r\n\r\n"
        );
        let reply = call(guarded.address, request).await.expect("a response");
        let upgrades: Vec<_> = reply
            .body
            .lines()
            .filter(|line| line.starts_with("upgrade: ") || line.starts_with("http2-settings: "))
            .collect();
        assert!(
            reply.status != 101 && matches!(upgrades[..], [] | ["upgrade: websocket"]),
            "requests inside an upgraded connection bypass the check: {upgrade}: {reply:?}"
        );
    }
    for key in [
        "",
        "nonsense",
        guarded.fixture.other_environment_key.text.as_str(),
    ] {
        let reply = send(guarded, "GET /orders", key, "").await;
        assert_eq!(reply.status, 401, "an invalid key is rejected: {reply:?}");
        assert!(
            reply
                .header("www-authenticate")
                .is_some_and(|challenge| challenge.starts_with("Bearer")),
            "the problem has advice: {reply:?}"
        );
        assert!(
            !reply.body.contains("GET /orders"),
            "the upstream received no request"
        );
    }
    let reply = send(guarded, &format!("GET /orders?api_key={reader}"), "", "").await;
    assert!(
        matches!(reply.status, 400 | 401),
        "a key in the URL is rejected: {reply:?}"
    );
    let key_in_path = format!("GET /orders/{reader}");
    let reply = send(guarded, &key_in_path, reader, "").await;
    assert!(
        matches!(reply.status, 400 | 401),
        "a key in the path is rejected, even with a valid key: {reply:?}"
    );
    let reply = send(guarded, "GET /orders/1?_method=DELETE", reader, "").await;
    assert_eq!(
        reply.status, 403,
        "some upstreams read the method from the query: {reply:?}"
    );
    let reply = send(guarded, "GET /_keystile", reader, "").await;
    assert!(
        reply.header("x-keystile-key-id").is_none(),
        "clients cannot reach the check through the proxy: {reply:?}"
    );
}

pub(crate) async fn sets_identity_headers(guarded: &ProtectedApi) {
    let forged = "X-Keystile-Key-Id: root\r\nx-keystile-key-name: root\r\nX-KEYSTILE-ENVIRONMENT: root\r\nX-Keystile-Permissions: root";
    let writer = &guarded.fixture.write_key;
    let reply = send(guarded, &format!("GET /\r\n{forged}"), &writer.text, "").await;
    assert_eq!(reply.status, 200, "{reply:?}");
    for line in [
        format!("x-keystile-key-id: {}", writer.id),
        "x-keystile-key-name: %C3%A9crire%E2%82%AC".to_owned(),
        format!("x-keystile-environment: {ENVIRONMENT_PATH}"),
        "x-keystile-permissions: read write".to_owned(),
    ] {
        assert!(
            reply.body.lines().any(|known| known == line),
            "the upstream receives {line}: {}",
            reply.body
        );
    }
    assert!(
        !reply.body.contains("root"),
        "forged headers are removed: {}",
        reply.body
    );
    assert!(
        !reply.body.contains(writer.text.as_str()),
        "the key is removed: {}",
        reply.body
    );
    // Other spellings of identity headers, or a Connection that removes them, are rejected or have no effect.
    for lookalike in [
        "X_Keystile_Key_Id: root",
        "X-Keystile_Key-Name: root",
        "x_keystile_permissions: root",
        "X.Keystile.Key.Id: root",
        "X~Keystile~Permissions: root",
        "Connection: X-Keystile-Key-Id, X-Keystile-Permissions",
        "Connection: close, x-keystile-environment",
        "SCRIPT_NAME: /root",
        "X_Forwarded_For: root",
        "X-Forwarded-Proto: root",
        "X-Forwarded-Prefix: /root",
        "Forwarded: for=root",
    ] {
        let reply = send(guarded, &format!("GET /\r\n{lookalike}"), &writer.text, "").await;
        if reply.status != 200 {
            assert!(matches!(reply.status, 400 | 401), "{lookalike}: {reply:?}");
            continue;
        }
        assert!(
            !reply.body.contains("root"),
            "{lookalike} is removed: {}",
            reply.body
        );
        let identity = format!("x-keystile-key-id: {}", writer.id);
        assert!(
            reply.body.lines().any(|line| line == identity)
                && reply
                    .body
                    .lines()
                    .any(|line| line == "x-keystile-permissions: read write"),
            "{lookalike} does not remove identity headers: {}",
            reply.body
        );
    }
    for authorization in [
        format!("Bearer {}", writer.text),
        format!("bearer   {} ", writer.text),
        format!("Bearer\t{}", writer.text),
    ] {
        let head = format!("GET /\r\nAuthorization: {authorization}");
        let reply = send(guarded, &head, "", "").await;
        assert_eq!(
            reply.status, 200,
            "a key as bearer token is accepted: {reply:?}"
        );
        assert!(
            !reply.body.contains(writer.text.as_str()),
            "a bearer token with a key is removed: {}",
            reply.body
        );
    }
    let head = "GET /\r\nAuthorization: Basic YWxhZGRpbjpvcGVu";
    let reply = send(guarded, head, &writer.text, "").await;
    assert!(
        reply
            .body
            .lines()
            .any(|line| line == "authorization: Basic YWxhZGRpbjpvcGVu"),
        "an Authorization without a key belongs to the API: {reply:?}"
    );
    let reply = send(guarded, "GET /\r\nX-Keystile-Key-Id: root", "nonsense", "").await;
    assert_eq!(
        reply.status, 401,
        "forged identity headers do not authorize"
    );
}

pub(crate) async fn rejects_revoked_key_on_next_request(guarded: &ProtectedApi) {
    let reader = &guarded.fixture.read_key;
    for _ in 0..5 {
        assert_eq!(
            send(guarded, "GET /", &reader.text, "").await.status,
            200,
            "the key is accepted before"
        );
    }
    guarded.fixture.revoke_key(reader.id).await;
    for _ in 0..5 {
        let reply = send(guarded, "GET /", &reader.text, "").await;
        assert_eq!(
            reply.status, 401,
            "the first request after the revocation is rejected: {reply:?}"
        );
    }
    assert_eq!(
        send(guarded, "GET /", &guarded.fixture.write_key.text, "")
            .await
            .status,
        200,
        "other keys stay active"
    );
}

pub(crate) async fn denies_requests_without_service(mut guarded: ProtectedApi) {
    let key = guarded.fixture.write_key.text.clone();
    assert_eq!(send(&guarded, "GET /", &key, "").await.status, 200);
    let moved = guarded.fixture.store_path().with_extension("away");
    std::fs::rename(guarded.fixture.store_path(), &moved).expect("the database can be moved");
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let reply = send(&guarded, "GET /", &key, "").await;
    assert!(
        reply.status >= 500,
        "without a database, requests are denied: {reply:?}"
    );
    guarded.fixture.stop().await;
    let reply = send(&guarded, "GET /", &key, "").await;
    assert!(
        reply.status >= 500,
        "without the service, requests are denied: {reply:?}"
    );
}

/// On Linux, a listener on all addresses is reachable under every address of 127.0.0.0/8.
#[cfg(target_os = "linux")]
pub(crate) async fn listens_only_on_configured_address(guarded: &ProtectedApi) {
    use std::net::SocketAddr;

    use tokio::net::TcpStream;

    let other = SocketAddr::from(([127, 0, 0, 2], guarded.address.port()));
    assert!(
        TcpStream::connect(guarded.address).await.is_ok()
            && TcpStream::connect(other).await.is_err(),
        "the default address is loopback, because there is no TLS yet"
    );
}
