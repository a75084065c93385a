//! Tests of configurations for upstreams with a base path or TLS, and for a service on a Unix socket.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use keystile_service::{Proxy, ServiceAddress};
use tokio::net::{TcpStream, UnixListener};

use crate::fixture::{ENVIRONMENT_NAME, ServiceFixture, local_settings};
use crate::gateway_tls::{authority, serve, write};
use crate::proxies::{ProtectedApi, free_address, generate_configuration, run};
use crate::proxy_checks::{self, send};
use crate::raw_http::Reply;
use crate::{caddy, echo_upstream, nginx};

type Prepare = fn(&Path, &str) -> Command;

const NGINX: (Proxy, Prepare) = (Proxy::Nginx, nginx::prepare);
const CADDY: (Proxy, Prepare) = (Proxy::Caddy, caddy::prepare);

async fn protect(upstream: &str, (proxy, prepare): (Proxy, Prepare)) -> ProtectedApi {
    let fixture = ServiceFixture::new().await;
    let listen = free_address();
    let text = generate_configuration(
        proxy,
        ENVIRONMENT_NAME,
        fixture.address.into(),
        upstream,
        listen,
    );
    run(proxy, fixture, listen, &text, prepare).await
}

fn has_line(reply: &Reply, line: &str) -> bool {
    reply.body.lines().any(|known| known == line)
}

async fn forwards_below_base_path(program: (Proxy, Prepare)) {
    let api = echo_upstream::start().await;
    let guarded = protect(&format!("http://{api}/shop/v2/"), program).await;
    let (reader, writer) = (
        &guarded.fixture.read_key.text,
        &guarded.fixture.write_key.text,
    );
    for target in [
        "/",
        "/orders",
        "/orders?page=2&next=%2Fa",
        "/a%2fb",
        "/a%3fb=c",
        "/a%20b",
        "/a%25b",
        "/a//b",
        "//a",
        "/a;b=1/c",
        "/%e2%82%ac",
        "/a.json",
        "/?a=b",
    ] {
        let reply = send(&guarded, &format!("GET {target}"), reader, "").await;
        assert_eq!(reply.status, 200, "{target}: {reply:?}");
        assert!(
            has_line(&reply, &format!("GET /shop/v2{target}")),
            "the upstream receives the unchanged path below its base path: {target} became {}",
            reply.body
        );
        assert!(
            has_line(&reply, &format!("host: {api}"))
                && has_line(&reply, "x-forwarded-host: api.example"),
            "the upstream gets its own Host and X-Forwarded-Host: {}",
            reply.body
        );
    }
    for target in [
        "/../admin",
        "/a/../../admin",
        "/%2e%2e/admin",
        "/a/..%2f..%2fadmin",
        "/%252e%252e/admin",
        "/..;/admin",
        "/..\\admin",
        "/..",
        "/./orders",
    ] {
        let reply = send(&guarded, &format!("GET {target}"), writer, "").await;
        assert!(
            matches!(reply.status, 400 | 401) && !reply.body.contains("GET "),
            "the base path cannot be left: {target}: {reply:?}"
        );
    }
    let reply = send(&guarded, "POST /orders", writer, "two apples").await;
    assert!(
        reply.status == 200 && reply.body.ends_with("\n\ntwo apples"),
        "a body arrives: {reply:?}"
    );
    assert_eq!(
        send(&guarded, "POST /orders", reader, "x").await.status,
        403,
        "the key is checked first"
    );
}

#[tokio::test]
async fn nginx_forwards_below_base_path() {
    forwards_below_base_path(NGINX).await;
}

#[tokio::test]
async fn caddy_forwards_below_base_path() {
    forwards_below_base_path(CADDY).await;
}

/// Replaces the system's trusted certificates by `roots`.
fn trust_roots(proxy: Proxy, text: &str, roots: &Path) -> String {
    match proxy {
        Proxy::Nginx => {
            let system_roots = "/etc/ssl/certs/ca-certificates.crt";
            assert!(text.contains(system_roots), "nginx verifies: {text}");
            text.replace(system_roots, &roots.display().to_string())
        }
        _ => text.to_owned(),
    }
}

async fn verifies_upstream_certificate((proxy, prepare): (Proxy, Prepare)) {
    let folder = tempfile::tempdir().expect("a folder");
    let roots: PathBuf = folder.path().join("roots.pem");
    let trusted = authority("Trusted for this test");
    std::fs::write(&roots, trusted.pem()).expect("a file");
    write(folder.path(), "good", &trusted, "localhost", 2100);
    write(folder.path(), "other-name", &trusted, "api.example", 2100);
    write(folder.path(), "expired", &trusted, "localhost", 2001);
    let untrusted = authority("Untrusted authority");
    write(folder.path(), "untrusted", &untrusted, "localhost", 2100);
    let start = async |api: SocketAddr, path: &str| {
        let fixture = ServiceFixture::new().await;
        let listen = free_address();
        let upstream = format!("https://localhost:{}{path}", api.port());
        let text = generate_configuration(
            proxy,
            ENVIRONMENT_NAME,
            fixture.address.into(),
            &upstream,
            listen,
        );
        let text = trust_roots(proxy, &text, &roots);
        let roots = roots.clone();
        run(proxy, fixture, listen, &text, move |folder, text| {
            let mut command = prepare(folder, text);
            command.env("SSL_CERT_FILE", roots);
            command
        })
        .await
    };
    for path in ["", "/v2"] {
        let api = serve(folder.path(), "good", &[b"http/1.1"]).await;
        let guarded = start(api, path).await;
        let reply = send(
            &guarded,
            "GET /orders?a=b",
            &guarded.fixture.read_key.text,
            "",
        )
        .await;
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
        let line = format!(
            "GET {path}/orders?a=b HTTP/1.1 for localhost:{}",
            api.port()
        );
        assert!(
            has_line(&reply, &line) && has_line(&reply, "server name: localhost"),
            "the upstream receives its own host, also as SNI: {reply:?}"
        );
    }
    for kind in ["other-name", "expired", "untrusted"] {
        let api = serve(folder.path(), kind, &[b"http/1.1"]).await;
        let guarded = start(api, "").await;
        let reply = send(&guarded, "GET /", &guarded.fixture.read_key.text, "").await;
        assert_eq!(
            reply.status, 502,
            "{kind}: the upstream is not verified: {reply:?}"
        );
    }
    let guarded = start(echo_upstream::start().await, "").await;
    let reply = send(&guarded, "GET /", &guarded.fixture.read_key.text, "").await;
    assert_eq!(reply.status, 502, "no fallback to plain HTTP: {reply:?}");
}

#[tokio::test]
async fn nginx_verifies_upstream_certificate() {
    verifies_upstream_certificate(NGINX).await;
}

#[tokio::test]
async fn caddy_verifies_upstream_certificate() {
    verifies_upstream_certificate(CADDY).await;
}

/// The service listens on a Unix socket whose path contains a space.
async fn connects_to_service_on_unix_socket((proxy, prepare): (Proxy, Prepare)) {
    let mut settings = local_settings();
    settings.allowed_hosts = vec!["localhost".to_owned()];
    let fixture = ServiceFixture::with_settings(settings).await;
    let socket = fixture.create_dir("unix socket").join("serve.sock");
    let listener = UnixListener::bind(&socket).expect("a socket");
    let service = fixture.address;
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut service = TcpStream::connect(service).await.expect("a connection");
                // Either side may close the connection.
                let _ended = tokio::io::copy_bidirectional(&mut client, &mut service).await;
            });
        }
    });
    let api = echo_upstream::start().await;
    let listen = free_address();
    let path = socket.to_str().expect("text");
    let text = generate_configuration(
        proxy,
        ENVIRONMENT_NAME,
        ServiceAddress::Unix(path),
        &format!("http://{api}"),
        listen,
    );
    assert!(
        !text.contains(&service.to_string()),
        "the configuration uses only the socket: {text}"
    );
    let guarded = run(proxy, fixture, listen, &text, prepare).await;
    proxy_checks::forwards_only_authorized_requests(&guarded).await;
    proxy_checks::rejects_revoked_key_on_next_request(&guarded).await;
}

#[tokio::test]
async fn nginx_connects_to_service_on_unix_socket() {
    connects_to_service_on_unix_socket(NGINX).await;
}

#[tokio::test]
async fn caddy_connects_to_service_on_unix_socket() {
    connects_to_service_on_unix_socket(CADDY).await;
}
