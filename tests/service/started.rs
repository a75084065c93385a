//! An environment's gateway that was started as it is stored, as window and terminal start it. It has a registry of its own;
//! the one of the fixture is another program's.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use keystile_gateway_control::{RunningGateway, StartError, StartOptions, start};
use keystile_keys::Stage;
use keystile_policy::KeyLocation;
use keystile_registry::{EnvironmentInput, GatewayInput};
use keystile_verifier::Verifier;
use sqlx::Connection;

use crate::echo_upstream;
use crate::fixture::ServiceFixture;
use crate::raw_http::{Reply, call};

/// How long a change may take to apply: one second, and time for a slow machine.
pub(crate) const CHANGE_TIMEOUT: Duration = Duration::from_secs(4);
/// The configuration of a new gateway.
pub(crate) const DEFAULT_GATEWAY: GatewayInput = GatewayInput {
    preserve_host: true,
    allow_preflight: false,
    sample_upstream: false,
    rules: Vec::new(),
};

/// A gateway of the fixture's environment.
pub(crate) struct Started {
    pub(crate) running: RunningGateway,
}

/// Returns options with any free port.
pub(crate) fn on_any_port() -> StartOptions {
    StartOptions {
        port: Some(0),
        ..StartOptions::default()
    }
}

pub(crate) async fn try_to_start(
    fixture: &ServiceFixture,
    wish: StartOptions,
) -> Result<Started, StartError> {
    let registry = fixture.second_registry().await;
    let verifier = Verifier::open(&fixture.store_path())
        .await
        .expect("a verifier");
    let running = start(&registry, &verifier, &fixture.environment, wish).await?;
    Ok(Started { running })
}

/// Starts the gateway of the fixture's environment.
pub(crate) async fn started(fixture: &ServiceFixture, wish: StartOptions) -> Started {
    try_to_start(fixture, wish).await.expect("a gateway")
}

/// Enters the endpoint of the fixture's environment, or removes it.
pub(crate) async fn enter_endpoint(fixture: &ServiceFixture, endpoint: Option<SocketAddr>) {
    let fields = EnvironmentInput {
        name: "staging".to_owned(),
        stage: Stage::Staging,
        prefix: None,
        endpoint: endpoint.map(|address| format!("http://{address}")),
        key_location: None,
    };
    let edited = fixture
        .registry
        .edit_environment(&fixture.environment, &fields);
    edited.await.expect("an edit");
}

/// Chooses where requests of the fixture's environment carry their key.
pub(crate) async fn choose_key_location(fixture: &ServiceFixture, location: &KeyLocation) {
    let fields = EnvironmentInput {
        name: "staging".to_owned(),
        stage: Stage::Staging,
        prefix: None,
        endpoint: None,
        key_location: Some(location.clone()),
    };
    let edited = fixture
        .registry
        .edit_environment(&fixture.environment, &fields);
    edited.await.expect("an edit");
}

/// Edits the gateway of the fixture's environment.
pub(crate) async fn edit(fixture: &ServiceFixture, fields: GatewayInput) {
    let edited = fixture.registry.edit_gateway(&fixture.environment, &fields);
    edited.await.expect("an edit");
}

/// Changes one row of the database, as another program could.
pub(crate) async fn tamper(fixture: &ServiceFixture, sql: &'static str) {
    let mut connection = fixture.raw_connection().await;
    let changed = sqlx::query(sql).execute(&mut connection).await;
    assert_eq!(changed.expect("a change").rows_affected(), 1, "{sql}");
    connection.close().await.expect("closed");
}

/// Starts a gateway in front of an echo upstream.
pub(crate) async fn before_an_api() -> (ServiceFixture, Started) {
    let fixture = ServiceFixture::new().await;
    enter_endpoint(&fixture, Some(echo_upstream::start().await)).await;
    let gateway = started(&fixture, on_any_port()).await;
    (fixture, gateway)
}

impl Started {
    /// Sends a request with this key.
    pub(crate) async fn send(&self, line: &str, key: &str) -> Reply {
        let request = format!(
            "{line} HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\nX-API-KEY: {key}\r\n\r\n"
        );
        let answer = call(self.running.address().tcp().expect("TCP"), request).await;
        answer.unwrap_or_else(|| panic!("no response to {line}"))
    }

    /// Repeats a request until the response is as expected; fails after [`CHANGE_TIMEOUT`].
    pub(crate) async fn soon(
        &self,
        line: &str,
        key: &str,
        is_meant: impl Fn(&Reply) -> bool,
    ) -> Reply {
        let begun = Instant::now();
        loop {
            let reply = self.send(line, key).await;
            if is_meant(&reply) {
                return reply;
            }
            assert!(
                begun.elapsed() < CHANGE_TIMEOUT,
                "the edit does not apply after {:?}: {reply:?}",
                begun.elapsed()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the gateway has stopped.
    pub(crate) async fn has_ended(&self) {
        let ended = tokio::time::timeout(CHANGE_TIMEOUT, self.running.stopped()).await;
        ended.expect("the gateway stops by itself");
    }
}
