//! Tests of an upstream with TLS. Since certificate verification cannot be disabled, each test runs itself again in a
//! process whose system trusts a test authority.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use keystile_gateway::Endpoint;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::gateway::{ephemeral_address, protect_endpoint};
use crate::proxies::ProtectedApi;
use crate::proxy_checks::send;
use crate::raw_http::{call, read};

/// Names the directory with the upstream's certificates, for the second process.
const CERTIFICATES_VARIABLE: &str = "KEYSTILE_TEST_CERTIFICATES";

/// Runs `test` in a process whose system trusts the authority of the upstream's certificates: the calling test, named
/// `name`, runs itself again.
fn with_trusted_authority(name: &str, test: impl AsyncFnOnce(PathBuf)) {
    if let Some(folder) = std::env::var_os(CERTIFICATES_VARIABLE) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        return runtime.block_on(test(folder.into()));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let trusted = authority("Trusted for this test");
    std::fs::write(folder.path().join("roots.pem"), trusted.pem()).expect("a file");
    write(folder.path(), "good", &trusted, "localhost", 2100);
    write(folder.path(), "other-name", &trusted, "api.example", 2100);
    write(folder.path(), "expired", &trusted, "localhost", 2001);
    let untrusted = authority("Untrusted authority");
    write(folder.path(), "untrusted", &untrusted, "localhost", 2100);
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", &format!("gateway_tls::{name}"), "--nocapture"])
        .env("SSL_CERT_FILE", folder.path().join("roots.pem"))
        .env(CERTIFICATES_VARIABLE, folder.path())
        .output()
        .expect("a second process");
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && out.contains("1 passed"),
        "{out}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn tls_upstream_receives_requests_with_its_http_version() {
    with_trusted_authority(
        "tls_upstream_receives_requests_with_its_http_version",
        async |folder| {
            for (protocols, version) in [
                (&[&b"h2"[..], b"http/1.1"][..], "HTTP/2.0"),
                (&[b"http/1.1"], "HTTP/1.1"),
                (&[], "HTTP/1.1"),
            ] {
                let api = serve(&folder, "good", protocols).await;
                let host = format!("localhost:{}", api.port());
                check_requests(&protect_tls(api, "localhost").await, version, &host).await;
            }
            let api = serve(&folder, "good", &[b"h2", b"http/1.1"]).await;
            let endpoint = format!("https://localhost:{}", api.port());
            let endpoint = Endpoint::parse(&endpoint).expect("an endpoint");
            let guarded =
                protect_endpoint(endpoint, |settings| settings.routing.preserve_host = true).await;
            // HTTP/2 has no separate `Host`.
            check_requests(&guarded, "HTTP/1.1", "shop.example").await;
        },
    );
}

#[test]
fn tls_upstream_requires_valid_certificate() {
    with_trusted_authority("tls_upstream_requires_valid_certificate", async |folder| {
        for (kind, host) in [
            ("other-name", "localhost"),
            ("expired", "localhost"),
            ("untrusted", "localhost"),
            // The certificate is for the name, not for the address.
            ("good", "127.0.0.1"),
        ] {
            let api = serve(&folder, kind, &[b"http/1.1"]).await;
            assert_eq!(
                denial(&protect_tls(api, host).await).await,
                (502, "upstream_certificate_invalid".to_owned()),
                "{kind} at {host}: the upstream is not verified"
            );
        }
        let plain = crate::echo_upstream::start().await;
        assert_eq!(
            denial(&protect_tls(plain, "localhost").await).await,
            (502, "upstream_unreachable".to_owned()),
            "no fallback to plain HTTP"
        );
    });
}

/// Sends a request with a valid key. Returns the status and the code of the response.
async fn denial(guarded: &ProtectedApi) -> (u16, String) {
    let reply = send(guarded, "GET /", &guarded.fixture.read_key.text, "").await;
    (reply.status, reply.code())
}

#[test]
fn websocket_to_tls_upstream_uses_http_1() {
    with_trusted_authority("websocket_to_tls_upstream_uses_http_1", async |folder| {
        // The upstream prefers HTTP/2.
        let guarded = protect_tls(
            serve(&folder, "good", &[b"h2", b"http/1.1"]).await,
            "localhost",
        )
        .await;
        let mut stream = TcpStream::connect(guarded.address)
            .await
            .expect("a connection");
        let request = format!(
            "GET /live HTTP/1.1\r\nHost: a\r\nX-API-KEY: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            guarded.fixture.write_key.text
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        let reply = read(&mut stream).await.expect("a response");
        assert_eq!(reply.status, 101, "{reply:?}");
        stream.write_all(b"ping").await.expect("sent");
        let mut echoed = [0_u8; 4];
        stream.read_exact(&mut echoed).await.expect("an echo");
        assert_eq!(&echoed, b"ping", "messages pass through TLS");
    });
}

/// Starts a gateway in front of an upstream with TLS.
async fn protect_tls(api: SocketAddr, host: &str) -> ProtectedApi {
    let endpoint = Endpoint::parse(&format!("https://{host}:{}", api.port())).expect("an endpoint");
    protect_endpoint(endpoint, |_| {}).await
}

async fn check_requests(guarded: &ProtectedApi, version: &str, host: &str) {
    let (reader, writer) = (
        &guarded.fixture.read_key.text,
        &guarded.fixture.write_key.text,
    );
    let mut stream = TcpStream::connect(guarded.address)
        .await
        .expect("a connection");
    for number in 0..5 {
        let request = format!(
            "GET /orders?page={number} HTTP/1.1\r\nHost: shop.example\r\nX-API-KEY: {reader}\r\nX-Keystile-Key-Id: root\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        let reply = read(&mut stream).await.expect("a response");
        assert_eq!(reply.status, 200, "{reply:?}");
        for line in [
            format!("GET /orders?page={number} {version} for {host}"),
            "x-forwarded-host: shop.example".to_owned(),
            "x-keystile-permissions: read".to_owned(),
        ] {
            assert!(
                reply.body.lines().any(|known| known == line),
                "{version}: the upstream receives {line}: {}",
                reply.body
            );
        }
        assert!(
            !reply.body.contains(reader.as_str()) && !reply.body.contains("root"),
            "neither the key nor forged headers are forwarded: {}",
            reply.body
        );
    }
    let large = "x".repeat(300_000);
    let reply = send(guarded, "POST /orders", writer, &large).await;
    assert!(
        reply.status == 200 && reply.body.ends_with(&large),
        "{version}: a large body is forwarded in both directions: {}",
        reply.status
    );
    let trailed = format!(
        "POST /orders HTTP/1.1\r\nHost: a\r\nX-API-KEY: {writer}\r\nTransfer-Encoding: chunked\r\n\
         Trailer: X-Keystile-Key-Id\r\n\r\n5\r\nhello\r\n0\r\nX-Keystile-Key-Id: root\r\nX-API-KEY: {reader}\r\n\r\n"
    );
    let reply = call(guarded.address, trailed).await.expect("a response");
    assert!(
        reply.status == 200 && reply.body.ends_with("\n\nhello"),
        "{version}: trailers are not forwarded: {reply:?}"
    );
    let reply = send(guarded, "POST /orders", reader, "x").await;
    assert_eq!(reply.status, 403, "the key is checked first");
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let request = format!(
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-API-KEY: {reader}\r\n\r\n"
            );
            tokio::spawn(call(guarded.address, request))
        })
        .collect();
    for task in tasks {
        let reply = task.await.expect("no panic").expect("a response");
        assert_eq!(
            reply.status, 200,
            "{version}: concurrent requests succeed: {reply:?}"
        );
    }
}

/// Creates an untrusted certificate authority.
pub(crate) fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name = named(name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority")
}

fn named(name: &str) -> DistinguishedName {
    let mut named = DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named
}

/// Writes a certificate for `host` and its key.
pub(crate) fn write(
    folder: &Path,
    kind: &str,
    authority: &CertifiedIssuer<'static, KeyPair>,
    host: &str,
    expiry_year: i32,
) {
    let mut params = CertificateParams::new(vec![host.to_owned()]).expect("parameters");
    params.distinguished_name = named(host);
    params.not_before = rcgen::date_time_ymd(2000, 1, 1);
    params.not_after = rcgen::date_time_ymd(expiry_year, 1, 1);
    let key = KeyPair::generate().expect("a key");
    let certificate = params.signed_by(&key, authority).expect("a certificate");
    std::fs::write(folder.join(format!("{kind}.cert")), certificate.der()).expect("a file");
    std::fs::write(folder.join(format!("{kind}.key")), key.serialize_der()).expect("a file");
}

/// Starts a TLS upstream that returns the request, its HTTP version, and its host.
pub(crate) async fn serve(folder: &Path, kind: &str, protocols: &[&[u8]]) -> SocketAddr {
    let read = |extension: &str| {
        std::fs::read(folder.join(format!("{kind}.{extension}"))).expect("a file")
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(read("cert"))],
            PrivateKeyDer::try_from(read("key")).expect("a key"),
        )
        .expect("a certificate");
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(ephemeral_address())
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // A client that does not trust the certificate closes the connection.
                let Ok(stream) = acceptor.accept(stream).await else {
                    return;
                };
                let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                let name = stream.get_ref().1.server_name().map(str::to_owned);
                let service = service_fn(move |mut request: Request<Incoming>| {
                    request.extensions_mut().insert(ServerName(name.clone()));
                    echo(request)
                });
                let stream = TokioIo::new(stream);
                if is_http2 {
                    let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                    let _ended = builder.serve_connection(stream, service).await;
                } else {
                    let builder = hyper::server::conn::http1::Builder::new();
                    let connection = builder.serve_connection(stream, service);
                    let _ended = connection.with_upgrades().await;
                }
            });
        }
    });
    address
}

/// The server name of the handshake (RFC 6066, section 3).
#[derive(Clone)]
struct ServerName(Option<String>);

async fn echo(
    mut request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, std::convert::Infallible> {
    if request.headers().contains_key("upgrade") {
        let upgrade = hyper::upgrade::on(&mut request);
        tokio::spawn(async move {
            let mut stream = TokioIo::new(upgrade.await.expect("an upgrade"));
            let mut part = [0_u8; 64];
            while let Ok(count @ 1..) = stream.read(&mut part).await {
                stream.write_all(&part[..count]).await.expect("sent");
                stream.flush().await.expect("sent");
            }
        });
        let response = Response::builder()
            .status(101)
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .body(Full::default());
        return Ok(response.expect("a response"));
    }
    let (head, body) = request.into_parts();
    let host = match head.uri.authority() {
        Some(authority) => authority.as_str(),
        None => head.headers["host"].to_str().expect("text"),
    };
    let path = head.uri.path_and_query().expect("a path");
    let mut text = format!("{} {path} {:?} for {host}\n", head.method, head.version);
    if let Some(ServerName(Some(name))) = head.extensions.get() {
        text += &format!("server name: {name}\n");
    }
    for (name, value) in &head.headers {
        text += &format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes()));
    }
    let body = body.collect().await.expect("a body");
    let trailers = body.trailers().cloned();
    text += &format!("\n{}", String::from_utf8_lossy(&body.to_bytes()));
    for (name, value) in trailers.iter().flatten() {
        text += &format!("\n{name}: {}", String::from_utf8_lossy(value.as_bytes()));
    }
    Ok(Response::new(Full::from(text)))
}
