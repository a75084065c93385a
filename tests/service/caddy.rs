//! Caddy with exactly the printed configuration.

use std::path::Path;
use std::process::Command;

use keystile_service::Proxy;

use crate::fixture::ENVIRONMENT_NAME;
use crate::guarded;
use crate::proxies::{Guarded, start};

/// Writes what the program needs around the configuration.
pub(crate) fn surround(folder: &Path, text: &str) -> Command {
    std::fs::write(folder.join("keystile.caddy"), text).expect("a file");
    let main = "{\n\tadmin off\n\tauto_https off\n}\nimport keystile.caddy\n";
    std::fs::write(folder.join("Caddyfile"), main).expect("a file");
    let mut command = Command::new("caddy");
    command
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(folder.join("Caddyfile"));
    command
        .env("HOME", folder)
        .env("XDG_DATA_HOME", folder)
        .env("XDG_CONFIG_HOME", folder);
    command
}

async fn caddy() -> Guarded {
    start(Proxy::Caddy, ENVIRONMENT_NAME, surround).await
}

#[tokio::test]
async fn caddy_lets_through_what_the_key_may_and_nothing_else() {
    guarded::lets_through_what_the_key_may(&caddy().await).await;
}

#[tokio::test]
async fn caddy_tells_the_api_who_asks_and_lets_nobody_pretend() {
    guarded::tells_the_api_who_asks(&caddy().await).await;
}

#[tokio::test]
async fn caddy_refuses_a_revoked_key_at_once() {
    guarded::refuses_a_revoked_key_at_once(&caddy().await).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn caddy_answers_only_where_it_was_told() {
    guarded::answers_only_where_it_was_told(&caddy().await).await;
}

#[tokio::test]
async fn caddy_lets_nobody_in_without_a_service() {
    guarded::lets_nobody_in_without_a_service(caddy().await).await;
}
