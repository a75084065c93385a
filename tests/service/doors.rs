//! The four doors of one store: the library, `/v1/verify`, forward-auth, and the gateway, with one clock.

use std::sync::atomic::AtomicU32;

use keystile_gateway_control::start;
use keystile_keys::{Permission, Permissions};
use keystile_verifier::DenyReason;
use serde_json::json;

use crate::echo_upstream;
use crate::fixture::{IssuedKey, ServiceFixture, issue_key};
use crate::forward_auth::send_subrequest;
use crate::manual_clock::ManualClock;
use crate::raw_http::Reply;
use crate::started_gateway::{StartedGateway, enter_endpoint, on_any_port};

/// The doors of one store. Each has a verifier of its own, as in processes of their own.
pub(crate) struct Doors {
    pub(crate) clock: ManualClock,
    pub(crate) service: ServiceFixture,
    gateway: StartedGateway,
    library: keystile::Verifier,
    /// A key that no step is about.
    pub(crate) bystander: IssuedKey,
    pub(crate) keys: AtomicU32,
}

impl Doors {
    pub(crate) async fn open() -> Self {
        let clock = ManualClock::new();
        let service = ServiceFixture::with_clock(&clock).await;
        enter_endpoint(&service, Some(echo_upstream::start().await)).await;
        let directory = service.store_path();
        let registry = service.second_registry_with_clock(&clock).await;
        let verifier = clock
            .verifier_builder()
            .open(&directory)
            .await
            .expect("a verifier");
        let running = start(&registry, &verifier, &service.environment, on_any_port()).await;
        let running = running.expect("a gateway");
        let now = clock.clone();
        let library = keystile::Verifier::builder().clock(move || now.system_time());
        let library = library.open(&directory).await.expect("a verifier");
        let both = Permissions::READ_WRITE;
        let bystander = issue_key(&service.registry, service.environment, "bystander", both).await;
        Self {
            clock,
            service,
            gateway: StartedGateway { running, verifier },
            library,
            bystander,
            keys: AtomicU32::new(0),
        }
    }

    /// Presents a key at all doors, and returns for each its name, the code of its decision, and the expected one:
    /// `expected`, unless clients do not learn it.
    pub(crate) async fn present(
        &self,
        key: &str,
        permission: Permission,
        expected: &'static str,
    ) -> [(&'static str, String, &'static str); 4] {
        let environment = &self.service.environment;
        let method = match permission {
            Permission::Read => "GET",
            Permission::Write => "DELETE",
        };
        let body = json!({
            "key": key, "environment": environment.as_str(), "permission": permission.as_str()
        });
        let (header, line) = (format!("X-API-KEY: {key}"), format!("{method} /orders"));
        let (library, verify, forward_auth, gateway) = tokio::join!(
            self.library.verify(key, environment, permission),
            self.service.post_verify(&body),
            send_subrequest(&self.service, "nginx", method, &header),
            self.send_to_gateway(&line, key),
        );
        let reason = library.expect("a decision").reason();
        let library = reason.map_or("allowed", DenyReason::as_str).to_owned();
        let verify = verify.json()["code"].as_str().map(str::to_owned);
        [
            ("library", library, expected),
            ("verify", verify.expect("a code"), expected),
            (
                "forward-auth",
                client_code(&forward_auth),
                shown_to_client(expected),
            ),
            ("gateway", gateway, expected),
        ]
    }

    /// Returns the decision of the gateway, after comparing it with what the client learns.
    async fn send_to_gateway(&self, line: &str, key: &str) -> String {
        let mut decisions = self.gateway.running.decisions();
        let reply = self.gateway.send(line, key).await;
        let decision = decisions.recv().await.expect("a decision");
        let code = decision.outcome.code().as_str();
        assert_eq!(client_code(&reply), shown_to_client(code), "{reply:?}");
        code.to_owned()
    }
}

fn client_code(reply: &Reply) -> String {
    match reply.status {
        200 => "allowed".to_owned(),
        _ => reply.code(),
    }
}

/// Clients do not learn why their key is denied.
fn shown_to_client(code: &'static str) -> &'static str {
    match code {
        "allowed" | "insufficient_scope" => code,
        _ => "key_rejected",
    }
}
