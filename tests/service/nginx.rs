//! nginx with exactly the printed configuration.

use std::path::Path;
use std::process::Command;

use keystile_service::Proxy;

use crate::fixture::ENVIRONMENT_NAME;
use crate::guarded;
use crate::proxies::{Guarded, start};

/// Writes what the program needs around the configuration.
pub(crate) fn surround(folder: &Path, text: &str) -> Command {
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

async fn nginx() -> Guarded {
    start(Proxy::Nginx, ENVIRONMENT_NAME, surround).await
}

#[tokio::test]
async fn nginx_lets_through_what_the_key_may_and_nothing_else() {
    guarded::lets_through_what_the_key_may(&nginx().await).await;
}

#[tokio::test]
async fn nginx_tells_the_api_who_asks_and_lets_nobody_pretend() {
    guarded::tells_the_api_who_asks(&nginx().await).await;
}

#[tokio::test]
async fn nginx_refuses_a_revoked_key_at_once() {
    guarded::refuses_a_revoked_key_at_once(&nginx().await).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn nginx_answers_only_where_it_was_told() {
    guarded::answers_only_where_it_was_told(&nginx().await).await;
}

#[tokio::test]
async fn nginx_lets_nobody_in_without_a_service() {
    guarded::lets_nobody_in_without_a_service(nginx().await).await;
}

#[tokio::test]
async fn nginx_keeps_its_connections_to_the_service() {
    let guarded = nginx().await;
    for _ in 0..30 {
        let reply = guarded::send(&guarded, "GET /", &guarded.fixture.read_key.text, "").await;
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
        "30 requests need no 30 connections: an allowing answer has no body, but there were {count}"
    );
}

/// Two environments and long names are no reason for nginx to refuse to start.
#[tokio::test]
async fn nginx_takes_two_environments_with_names_of_any_length() {
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
            service: keystile_service::CheckAddress::Tcp(
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
    let mut command = surround(folder.path(), &configuration);
    let tested = command.arg("-t").output().expect("nginx");
    let said = String::from_utf8_lossy(&tested.stderr).into_owned();
    assert!(tested.status.success(), "{said}\n{configuration}");
    assert!(!said.contains("[warn]"), "no site hides another: {said}");
}

#[tokio::test]
async fn nginx_answers_a_refused_request_with_problem_json() {
    let guarded = nginx().await;
    let reader = guarded.fixture.read_key.text.clone();
    for (request, key, status, code) in [
        ("GET /orders", "nonsense", 401, "key_refused"),
        ("DELETE /orders", reader.as_str(), 403, "insufficient_scope"),
    ] {
        let reply = guarded::send(&guarded, request, key, "").await;
        assert_eq!(
            (reply.status, reply.code()),
            (status, code.to_owned()),
            "programs read it, not people: {reply:?}"
        );
        assert_eq!(
            reply.header("content-type"),
            Some("application/problem+json"),
            "{reply:?}"
        );
    }
}
