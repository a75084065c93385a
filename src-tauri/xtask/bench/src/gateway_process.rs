//! `keystile-bench gateway-process`: Keystile's gateway in its own process, as in the window.

use std::path::Path;

use keystile_gateway::{Endpoint, Gateway, Settings};
use keystile_keys::EnvironmentId;
use keystile_policy::RouteRules;
use keystile_verifier::Verifier;

/// Runs the gateway until the process is killed.
pub(crate) async fn run(
    store: &Path,
    environment: &str,
    listen: &str,
    upstream: &str,
    rules: usize,
    request_log: bool,
) {
    let verifier = Verifier::builder()
        .request_log(request_log)
        .open(store)
        .await
        .expect("a store");
    let commit = verifier.database_state().commit().expect("a commit");
    let state = verifier.clone();
    let environment = environment
        .parse::<EnvironmentId>()
        .expect("an environment");
    let endpoint = Endpoint::parse(&format!("http://{upstream}")).expect("an endpoint");
    let listen = listen.parse::<std::net::SocketAddr>().expect("an address");
    let mut settings = Settings::new(listen, environment, endpoint);
    // None of them matches the measured requests.
    let rules: Vec<_> = (0..rules)
        .map(|number| format!("POST /area-{number}/* read"))
        .collect();
    settings.routing.rules = RouteRules::parse(&rules.join("\n")).expect("rules");
    let gateway = Gateway::bind(verifier, settings).await.expect("a port");
    // As a gateway that reads its configuration from the store.
    let handle = gateway.handle();
    handle.set_stored_routing(handle.routing(), commit);
    tokio::spawn(async move {
        loop {
            handle.reload_requested().await;
            if let Some(commit) = state.database_state().commit() {
                handle.set_stored_routing(handle.routing(), commit);
            }
        }
    });
    gateway.run(std::future::pending()).await;
}
