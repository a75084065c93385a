//! Tests of remote addresses, TLS, and Unix sockets of the gateway.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use keystile_gateway::{Error, Gateway, Settings};
use keystile_listener::{ListenAddress, ListenOptions, TlsFiles};
use keystile_tests::diagnostic::error_code;
use keystile_verifier::Verifier;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::echo_upstream;
use crate::fixture::ServiceFixture;
use crate::gateway::{bind_gateway, ephemeral_address, upstream};

async fn send_get(mut stream: impl AsyncRead + AsyncWrite + Unpin, key: &str) -> String {
    let request =
        format!("GET / HTTP/1.1\r\nHost: a\r\nX-API-KEY: {key}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut response = Vec::new();
    // TLS may end without close_notify.
    let _end = stream.read_to_end(&mut response).await;
    String::from_utf8_lossy(&response).into_owned()
}

async fn settings(fixture: &ServiceFixture, listen: ListenOptions) -> Settings {
    Settings::new(
        listen,
        fixture.environment,
        upstream(echo_upstream::start().await),
    )
}

/// Returns the error of binding a gateway with these settings.
async fn bind_error(fixture: &ServiceFixture, settings: Settings) -> Error {
    let verifier = Verifier::open(&fixture.store_path())
        .await
        .expect("a verifier");
    Gateway::bind(verifier, settings)
        .await
        .expect_err("the settings are invalid")
}

#[tokio::test]
async fn remote_address_requires_permission_and_warns_without_tls() {
    let fixture = ServiceFixture::new().await;
    let all_addresses = SocketAddr::from(([0, 0, 0, 0], 0));
    let rejected = settings(&fixture, ListenOptions::new(all_addresses)).await;
    let error = bind_error(&fixture, rejected).await;
    assert_eq!(error_code(&error), "remote_not_allowed");
    let allowed = ListenOptions {
        allow_remote: true,
        ..ListenOptions::new(all_addresses)
    };
    let gateway = bind_gateway(&fixture, settings(&fixture, allowed).await).await;
    assert!(
        gateway
            .warning()
            .is_some_and(|warning| warning.contains("unencrypted")),
        "keys would be sent unencrypted: {:?}",
        gateway.warning()
    );
}

fn write_certificate(folder: &Path) -> (TlsFiles, RootCertStore) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let files = TlsFiles {
        certificates: folder.join("certificate.pem"),
        private_key: folder.join("key.pem"),
    };
    std::fs::write(&files.certificates, cert.pem()).expect("a file");
    std::fs::write(&files.private_key, signing_key.serialize_pem()).expect("a file");
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).expect("a root");
    (files, roots)
}

#[tokio::test]
async fn tls_client_is_served_and_forwarded_proto_is_https() {
    let fixture = ServiceFixture::new().await;
    let (files, roots) = write_certificate(&fixture.create_dir("tls"));
    let listen = ListenOptions {
        tls: Some(files),
        ..ListenOptions::new(ephemeral_address())
    };
    let gateway = bind_gateway(&fixture, settings(&fixture, listen).await).await;
    assert_eq!(gateway.warning(), None, "loopback traffic is not exposed");
    let address = gateway.address().tcp().expect("TCP");
    tokio::spawn(gateway.run(std::future::pending()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await.expect("a connection");
    let name = ServerName::try_from("localhost").expect("a name");
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .expect("a handshake");
    let response = send_get(stream, &fixture.read_key.text).await;
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    assert!(
        response
            .to_ascii_lowercase()
            .contains("x-forwarded-proto: https"),
        "X-Forwarded-Proto is https: {response}"
    );
}

#[tokio::test]
async fn invalid_pem_files_are_rejected() {
    let fixture = ServiceFixture::new().await;
    let folder = fixture.create_dir("tls");
    let (files, _) = write_certificate(&folder);
    std::fs::write(&files.private_key, "no key").expect("a file");
    let listen = ListenOptions {
        tls: Some(files),
        ..ListenOptions::new(ephemeral_address())
    };
    let rejected = settings(&fixture, listen).await;
    let error = bind_error(&fixture, rejected).await;
    assert_eq!(error_code(&error), "invalid_tls_files");
    assert!(error.to_string().contains("key.pem"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn unix_socket_is_private_and_replaces_stale_one() {
    use std::os::unix::fs::PermissionsExt;
    use tokio::net::UnixStream;

    let fixture = ServiceFixture::new().await;
    let folder = fixture.store_path().join("run");
    let path = folder.join("gateway.sock");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    let listen = || ListenOptions::new(ListenAddress::Unix(path.clone()));
    let error = bind_error(&fixture, settings(&fixture, listen()).await).await;
    assert_eq!(
        error_code(&error),
        "insecure_socket_directory",
        "a directory of other users is rejected"
    );
    std::fs::remove_dir(&folder).expect("removed");

    let gateway = bind_gateway(&fixture, settings(&fixture, listen()).await).await;
    let mode = std::fs::metadata(&folder)
        .expect("a folder")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700, "the directory is private");
    let running = tokio::spawn(gateway.run(std::future::pending()));
    let stream = UnixStream::connect(&path).await.expect("a connection");
    let response = send_get(stream, &fixture.read_key.text).await;
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    let verifier = Verifier::open(&fixture.store_path())
        .await
        .expect("a verifier");
    let second = Gateway::bind(verifier, settings(&fixture, listen()).await).await;
    assert!(
        second
            .expect_err("the socket is in use")
            .is_address_in_use(),
        "a socket in use is not replaced"
    );
    running.abort();
    let _aborted = running.await;

    // A killed process leaves its socket file.
    drop(std::os::unix::net::UnixListener::bind(&path).expect("a socket"));
    assert!(path.exists(), "the file stays");
    let gateway = bind_gateway(&fixture, settings(&fixture, listen()).await).await;
    tokio::spawn(gateway.run(std::future::pending()));
    let stream = UnixStream::connect(&path).await.expect("a connection");
    let response = send_get(stream, &fixture.write_key.text).await;
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
}
