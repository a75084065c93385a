//! Tests of nginx with the generated configuration.

use std::path::Path;
use std::process::Command;

use keystile_service::Proxy;

use crate::fixture::ENVIRONMENT_NAME;
use crate::proxies::{ProtectedApi, start};
use crate::proxy_checks;

/// Writes the files that the program needs besides the configuration, and returns its command.
pub(crate) fn prepare(folder: &Path, text: &str) -> Command {
    std::fs::write(folder.join("keystile.conf"), text).expect("a file");
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {}/{name};\n", folder.display()))
        .concat();
    let main = format!(
        "daemon off; master_process off; pid {0}/pid; error_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}include {0}/keystile.conf;\n}}\n",
        folder.display()
    );
    std::fs::write(folder.join("nginx.conf"), main).expect("a file");
    let mut command = Command::new("/usr/sbin/nginx");
    command
        .arg("-p")
        .arg(folder)
        .arg("-c")
        .arg(folder.join("nginx.conf"));
    command
}

async fn nginx() -> ProtectedApi {
    start(Proxy::Nginx, ENVIRONMENT_NAME, prepare).await
}

#[tokio::test]
async fn nginx_forwards_only_authorized_requests() {
    proxy_checks::forwards_only_authorized_requests(&nginx().await).await;
}

#[tokio::test]
async fn nginx_sets_identity_headers_and_rejects_forged_ones() {
    proxy_checks::sets_identity_headers(&nginx().await).await;
}

#[tokio::test]
async fn nginx_rejects_revoked_key_on_next_request() {
    proxy_checks::rejects_revoked_key_on_next_request(&nginx().await).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn nginx_listens_only_on_configured_address() {
    proxy_checks::listens_only_on_configured_address(&nginx().await).await;
}

#[tokio::test]
async fn nginx_denies_requests_without_service() {
    proxy_checks::denies_requests_without_service(nginx().await).await;
}

#[tokio::test]
async fn nginx_reuses_connections_to_service() {
    let guarded = nginx().await;
    for _ in 0..30 {
        let reply = proxy_checks::send(&guarded, "GET /", &guarded.fixture.read_key.text, "").await;
        assert_eq!(reply.status, 200);
    }
    let metrics = guarded.fixture.send("GET /metrics").await.body;
    let line = metrics
        .lines()
        .find(|line| line.starts_with("keystile_http_connections_total "));
    let count: u32 = line
        .and_then(|line| line.rsplit(' ').next())
        .and_then(|count| count.parse().ok())
        .expect("a count");
    assert!(
        count < 10,
        "30 requests reuse connections, but there were {count}"
    );
}

/// nginx limits the length of variable names.
#[tokio::test]
async fn nginx_accepts_two_environments_with_long_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let configuration: String = [
        ("0123456789ab", Some("one.example")),
        (
            "Customer Portal Backend/production-eu-west-1",
            Some("two.example"),
        ),
        ("ba9876543210", None),
    ]
    .map(|(environment, server_name)| {
        keystile_service::snippet(&keystile_service::Snippet {
            proxy: Proxy::Nginx,
            environment,
            name: environment,
            key_location: &keystile_policy::KeyLocation::Default,
            service: keystile_service::ServiceAddress::Tcp(
                "127.0.0.1:7878".parse().expect("an address"),
            ),
            upstream: "127.0.0.1:8000",
            listen: "127.0.0.1:8080".parse().expect("an address"),
            server_name,
            location_only: false,
        })
        .expect("a configuration")
    })
    .concat();
    let mut command = prepare(folder.path(), &configuration);
    let output = command.arg("-t").output().expect("nginx");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{stderr}\n{configuration}");
    assert!(
        !stderr.contains("[warn]"),
        "nginx reports no conflicting server names: {stderr}"
    );
}

#[tokio::test]
async fn nginx_returns_problem_json_for_denied_request() {
    let guarded = nginx().await;
    let reader = guarded.fixture.read_key.text.clone();
    for (request, key, status, code) in [
        ("GET /orders", "nonsense", 401, "key_rejected"),
        ("DELETE /orders", reader.as_str(), 403, "insufficient_scope"),
    ] {
        let reply = proxy_checks::send(&guarded, request, key, "").await;
        assert_eq!(
            (reply.status, reply.code()),
            (status, code.to_owned()),
            "the media type is that of a problem: {reply:?}"
        );
        assert_eq!(
            reply.header("content-type"),
            Some("application/problem+json"),
            "{reply:?}"
        );
    }
}

#[tokio::test]
async fn nginx_returns_problem_json_without_service() {
    let mut guarded = nginx().await;
    let key = guarded.fixture.read_key.text.clone();
    guarded.fixture.stop().await;
    let reply = proxy_checks::send(&guarded, "GET /orders", &key, "").await;
    assert_eq!(
        (
            reply.status,
            reply.code(),
            reply.header("content-type"),
            reply.header("retry-after")
        ),
        (
            503,
            "unavailable".to_owned(),
            Some("application/problem+json"),
            Some("1")
        ),
        "a client must not see an HTML page of nginx: {reply:?}"
    );
}
