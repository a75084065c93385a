//! nginx with exactly the printed configuration.

use std::path::Path;
use std::process::Command;

use keystile_service::Proxy;

use crate::guarded;
use crate::proxies::{Guarded, start};
use crate::world::REFERENCE;

fn surround(folder: &Path, text: &str) -> Command {
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
    start(Proxy::Nginx, REFERENCE, surround).await
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
        let reply = guarded::send(&guarded, "GET /", &guarded.world.reader.text, "").await;
        assert_eq!(reply.status, 200);
    }
    let metrics = guarded.world.ask("GET /metrics").await.body;
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
