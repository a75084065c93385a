//! A gateway that is started from its stored configuration, as the window and the terminal start it. It has its own
//! registry, so the fixture's registry acts as another program.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use keystile_gateway_control::{RunningGateway, StartError, StartOptions, start};
use keystile_policy::KeyLocation;
use keystile_registry::{EnvironmentChanges, GatewayInput};
use keystile_verifier::Verifier;
use sqlx::Connection;

use crate::echo_upstream;
use crate::fixture::ServiceFixture;
use crate::raw_http::{Reply, call};

/// How long a change may take to apply: one second, and time for a slow machine.
pub(crate) const CHANGE_TIMEOUT: Duration = Duration::from_secs(4);
/// The configuration of a new gateway.
pub(crate) const DEFAULT_GATEWAY: GatewayInput = GatewayInput {
    preserve_host: Some(true),
    allow_preflight: Some(false),
    sunset_header: Some(true),
    sample_upstream: Some(false),
    rules: Some(Vec::new()),
    known_rules: None,
};

/// A gateway of the fixture's environment.
pub(crate) struct StartedGateway {
    pub(crate) running: RunningGateway,
    pub(crate) verifier: Verifier,
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
    options: StartOptions,
) -> Result<StartedGateway, StartError> {
    let registry = fixture.second_registry().await;
    let verifier = Verifier::open(&fixture.store_path())
        .await
        .expect("a verifier");
    let running = start(&registry, &verifier, &fixture.environment, options).await?;
    Ok(StartedGateway { running, verifier })
}

/// Starts the gateway of the fixture's environment.
pub(crate) async fn start_gateway(
    fixture: &ServiceFixture,
    options: StartOptions,
) -> StartedGateway {
    try_to_start(fixture, options).await.expect("a gateway")
}

/// Sets or removes the endpoint of the fixture's environment.
pub(crate) async fn enter_endpoint(fixture: &ServiceFixture, endpoint: Option<SocketAddr>) {
    let changes = EnvironmentChanges {
        endpoint: Some(endpoint.map(|address| format!("http://{address}"))),
        ..EnvironmentChanges::default()
    };
    let edited = fixture
        .registry
        .edit_environment(&fixture.environment, &changes);
    edited.await.expect("an edit");
}

/// Sets the key location of the fixture's environment.
pub(crate) async fn choose_key_location(fixture: &ServiceFixture, location: &KeyLocation) {
    let changes = EnvironmentChanges {
        key_location: Some(location.clone()),
        ..EnvironmentChanges::default()
    };
    let edited = fixture
        .registry
        .edit_environment(&fixture.environment, &changes);
    edited.await.expect("an edit");
}

/// Edits the gateway of the fixture's environment.
pub(crate) async fn edit(fixture: &ServiceFixture, fields: GatewayInput) {
    let edited = fixture
        .registry
        .edit_gateway(&fixture.environment, &fields, None);
    edited.await.expect("an edit");
}

/// Changes one row of the database, as another program does.
pub(crate) async fn tamper(fixture: &ServiceFixture, sql: &'static str) {
    let mut connection = fixture.raw_connection().await;
    let changed = sqlx::query(sql).execute(&mut connection).await;
    assert_eq!(changed.expect("a change").rows_affected(), 1, "{sql}");
    connection.close().await.expect("closed");
}

/// Starts a gateway in front of an echo upstream.
pub(crate) async fn start_echo_gateway() -> (ServiceFixture, StartedGateway) {
    let fixture = ServiceFixture::new().await;
    enter_endpoint(&fixture, Some(echo_upstream::start().await)).await;
    let gateway = start_gateway(&fixture, on_any_port()).await;
    (fixture, gateway)
}

impl StartedGateway {
    /// Sends a request with this key.
    pub(crate) async fn send(&self, line: &str, key: &str) -> Reply {
        let request = format!(
            "{line} HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\nX-API-KEY: {key}\r\n\r\n"
        );
        let response = call(self.running.address().tcp().expect("TCP"), request).await;
        response.unwrap_or_else(|| panic!("no response to {line}"))
    }

    /// Repeats a request until the response is as expected; fails after [`CHANGE_TIMEOUT`].
    pub(crate) async fn send_until(
        &self,
        line: &str,
        key: &str,
        is_expected: impl Fn(&Reply) -> bool,
    ) -> Reply {
        let started_at = Instant::now();
        loop {
            let reply = self.send(line, key).await;
            if is_expected(&reply) {
                return reply;
            }
            assert!(
                started_at.elapsed() < CHANGE_TIMEOUT,
                "the expected response did not arrive after {:?}: {reply:?}",
                started_at.elapsed()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the gateway has stopped.
    pub(crate) async fn wait_until_stopped(&self) {
        let stopped = tokio::time::timeout(CHANGE_TIMEOUT, self.running.stopped()).await;
        stopped.expect("the gateway stops by itself");
    }
}
