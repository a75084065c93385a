//! Tests of the service's addresses and access log.

use std::net::SocketAddr;

use keystile_listener::ListenAddress;
use keystile_log::{AccessLog, Format};
use keystile_service::{AdminTokens, Server, Settings};
use keystile_tests::diagnostic::{error_code, error_help};
use keystile_verifier::Verifier;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::fixture::{ServiceFixture, local_settings};
use crate::raw_http::call;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

async fn bind(
    fixture: &ServiceFixture,
    settings: Settings,
) -> Result<Server, keystile_service::Error> {
    let verifier = Verifier::open(&fixture.store_path())
        .await
        .expect("a verifier");
    Server::bind(verifier, settings).await
}

#[tokio::test]
async fn remote_bind_requires_flag_and_admin_token() {
    let fixture = ServiceFixture::new().await;
    let all_addresses = Settings::new(SocketAddr::from(([0, 0, 0, 0], 0)));
    let error = bind(&fixture, all_addresses.clone())
        .await
        .expect_err("remote addresses require a flag");
    assert_eq!(error_code(&error), "remote_not_allowed");
    assert!(!error_help(&error).is_empty(), "the error has advice");
    let mut remote = all_addresses.clone();
    remote.listen.allow_remote = true;
    let error = bind(&fixture, remote.clone()).await.expect_err("no token");
    assert_eq!(error_code(&error), "admin_token_required");
    for weak in [
        "short",
        "0123456789abcdef0123456789abcde ",
        "0123456789abcdef0123456789abcdé",
    ] {
        let error = AdminTokens::parse(weak).expect_err("a weak token");
        assert_eq!(error_code(&error), "weak_admin_token");
    }
    for ambiguous in [
        format!("{TOKEN} "),
        format!("{TOKEN}\n{TOKEN}"),
        format!("{TOKEN} Shop\n{TOKEN}"),
    ] {
        let error = AdminTokens::parse(&ambiguous).expect_err("an ambiguous token");
        assert_eq!(error_code(&error), "ambiguous_admin_token", "{ambiguous}");
    }
    let with_token = Settings {
        admin_tokens: Some(AdminTokens::parse(TOKEN).expect("a token")),
        ..remote
    };
    let service = bind(&fixture, with_token)
        .await
        .expect("the flag and the token are set");
    let warning = service.warning().expect("a warning");
    assert!(
        warning.contains("other machines"),
        "the warning names the risk: {warning}"
    );
    assert!(
        !format!("{service:?}").contains(TOKEN),
        "the token is in no log"
    );
    let token_only = Settings {
        admin_tokens: Some(AdminTokens::parse(TOKEN).expect("a token")),
        ..all_addresses
    };
    let error = bind(&fixture, token_only)
        .await
        .expect_err("a token does not allow remote addresses");
    assert_eq!(error_code(&error), "remote_not_allowed");
}

#[tokio::test]
async fn port_in_use_is_reported() {
    let fixture = ServiceFixture::new().await;
    let error = bind(&fixture, Settings::new(fixture.address))
        .await
        .expect_err("taken");
    assert_eq!(error_code(&error), "listen_failed");
}

#[tokio::test]
async fn allowed_host_is_accepted_and_invalid_name_is_rejected() {
    let mut settings = local_settings();
    settings.allowed_hosts = vec!["keys.internal".to_owned(), "api.internal:81".to_owned()];
    let fixture = ServiceFixture::with_settings(settings).await;
    for (host, status) in [
        ("keys.internal", 200),
        ("KEYS.internal:99", 200),
        ("api.internal:81", 200),
        ("api.internal", 421),
        ("api.internal:82", 421),
        ("xkeys.internal", 421),
        ("keys.internal.evil.example", 421),
    ] {
        let request = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let reply = call(fixture.address, request).await.expect("a response");
        assert_eq!(reply.status, status, "{host}");
    }
    for name in ["*", "a b", "user@host", "*.internal", ""] {
        let mut settings = local_settings();
        settings.allowed_hosts = vec![name.to_owned()];
        let error = bind(&fixture, settings).await.expect_err("no host name");
        assert_eq!(error_code(&error), "invalid_host_name", "{name}");
    }
}

#[tokio::test]
async fn stop_frees_port_and_closes_connections() {
    let mut fixture = ServiceFixture::new().await;
    let idle = tokio::net::TcpStream::connect(fixture.address)
        .await
        .expect("a connection");
    assert_eq!(fixture.send("GET /healthz").await.status, 200);
    fixture.stop().await;
    drop(idle);
    assert!(
        tokio::net::TcpStream::connect(fixture.address)
            .await
            .is_err(),
        "the port is free"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn unix_socket_accepts_any_host() {
    let fixture = ServiceFixture::new().await;
    let path = fixture.create_dir("socket").join("private/keystile.sock");
    let settings = Settings::new(ListenAddress::Unix(path.clone()));
    let service = bind(&fixture, settings).await.expect("a service");
    assert_eq!(
        service.warning(),
        None,
        "only programs of this user reach it"
    );
    let running = tokio::spawn(service.run(std::future::pending()));
    let mut stream = UnixStream::connect(&path).await.expect("a connection");
    let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut response = String::new();
    stream.read_to_string(&mut response).await.expect("read");
    assert!(
        response.starts_with("HTTP/1.1 200"),
        "every host is accepted: {response}"
    );
    running.abort();
}

#[tokio::test]
async fn access_log_has_key_ids_and_decisions_but_no_keys() {
    let fixture = ServiceFixture::new().await;
    let path = fixture.create_dir("log").join("access.log");
    let mut settings = local_settings();
    let log = AccessLog::to_file(&path, Format::Json).expect("a log");
    settings.access_log = Some(log);
    let service = bind(&fixture, settings).await.expect("a service");
    let address = service.address().tcp().expect("TCP");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(service.run(async {
        let _stopped = stopped.await;
    }));
    let (reader, unknown) = (&fixture.read_key.text, "no key");
    let auth = |method: &str, key: &str| {
        format!(
            "GET /v1/auth/nginx/{} HTTP/1.1\r\nHost: {address}\r\nX-Original-Method: {method}\r\nX-API-KEY: {key}\r\n\r\n",
            fixture.environment
        )
    };
    let body = format!(
        "{{\"key\":\"{reader}\",\"environment\":\"{}\"}}",
        fixture.environment
    );
    let verify = format!(
        "POST /v1/verify HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let key_in_path =
        format!("GET /v1/{reader}?token={reader} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    for request in [
        auth("GET", reader),
        auth("POST", reader),
        auth("GET", unknown),
        verify,
        key_in_path,
    ] {
        call(address, request).await.expect("a response");
    }
    stop.send(()).expect("the service runs");
    running.await.expect("the service stops");
    let text = std::fs::read_to_string(&path).expect("the log");
    assert!(
        !text.contains(reader.as_str()),
        "the log contains no key: {text}"
    );
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let id = fixture.read_key.id.to_string();
    let entries: Vec<_> = lines
        .iter()
        .map(|line| {
            let text = |name: &str| line[name].as_str().unwrap_or("-").to_owned();
            (
                text("method"),
                line["status"].as_u64(),
                text("key_id"),
                text("decision"),
            )
        })
        .collect();
    let expected = [
        ("GET", 200, id.as_str(), "allowed"),
        ("GET", 403, &id, "insufficient_scope"),
        ("GET", 401, "-", "invalid_key"),
        ("POST", 200, &id, "allowed"),
        ("GET", 400, "-", "-"),
    ]
    .map(|(method, status, key, decision)| {
        (
            method.to_owned(),
            Some(status),
            key.to_owned(),
            decision.to_owned(),
        )
    });
    assert_eq!(
        entries, expected,
        "the log has the key id and the reason of a denial"
    );
    assert!(
        lines
            .iter()
            .all(|line| line["client"] == "127.0.0.1" && line["duration_ms"].is_number()),
        "{text}"
    );
}
