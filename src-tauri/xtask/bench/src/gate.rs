//! Keystile's gateway as a process of its own, with somebody who takes its decisions as the window does. This program
//! starts itself as it.

use std::path::Path;

use keystile_gateway::{Endpoint, Gateway, Settings};
use keystile_keys::EnvironmentId;
use keystile_policy::RouteRules;
use keystile_verifier::Verifier;

pub(crate) async fn answer(
    store: &Path,
    environment: &str,
    listen: &str,
    upstream: &str,
    rules: usize,
) {
    let verifier = Verifier::open(store).await.expect("a store");
    let commit = verifier.database_state().commit().expect("a commit");
    let counted = verifier.clone();
    let environment = environment
        .parse::<EnvironmentId>()
        .expect("an environment");
    let endpoint = Endpoint::parse(&format!("http://{upstream}")).expect("an endpoint");
    let listen = listen.parse::<std::net::SocketAddr>().expect("an address");
    let mut settings = Settings::new(listen, environment, endpoint);
    // None of them matches the requests that are measured.
    let lines: Vec<_> = (0..rules)
        .map(|number| format!("POST /area-{number}/* read"))
        .collect();
    settings.routing.rules = RouteRules::parse(&lines.join("\n")).expect("rules");
    let gateway = Gateway::bind(verifier, settings).await.expect("a port");
    // As a gateway whose configuration is read from the store.
    let handle = gateway.handle();
    handle.set_stored_routing(handle.routing(), commit);
    tokio::spawn(async move {
        loop {
            handle.reload_requested().await;
            if let Some(commit) = counted.database_state().commit() {
                handle.set_stored_routing(handle.routing(), commit);
            }
        }
    });
    let mut decisions = gateway.decisions();
    tokio::spawn(async move {
        use tokio::sync::broadcast::error::RecvError;
        while !matches!(decisions.recv().await, Err(RecvError::Closed)) {}
    });
    gateway.run(std::future::pending()).await;
}
