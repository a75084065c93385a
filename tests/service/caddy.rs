//! Tests of Caddy with the generated configuration.

use std::path::Path;
use std::process::Command;

use keystile_service::Proxy;

use crate::fixture::ENVIRONMENT_NAME;
use crate::proxies::{ProtectedApi, start};
use crate::proxy_checks;

/// Writes the files that the program needs besides the configuration, and returns its command.
pub(crate) fn prepare(folder: &Path, text: &str) -> Command {
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

async fn caddy() -> ProtectedApi {
    start(Proxy::Caddy, ENVIRONMENT_NAME, prepare).await
}

#[tokio::test]
async fn caddy_forwards_only_authorized_requests() {
    proxy_checks::forwards_only_authorized_requests(&caddy().await).await;
}

#[tokio::test]
async fn caddy_sets_identity_headers_and_rejects_forged_ones() {
    proxy_checks::sets_identity_headers(&caddy().await).await;
}

#[tokio::test]
async fn caddy_rejects_revoked_key_on_next_request() {
    proxy_checks::rejects_revoked_key_on_next_request(&caddy().await).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn caddy_listens_only_on_configured_address() {
    proxy_checks::listens_only_on_configured_address(&caddy().await).await;
}

#[tokio::test]
async fn caddy_denies_requests_without_service() {
    proxy_checks::denies_requests_without_service(caddy().await).await;
}
