//! Tests of a gateway whose database file is replaced.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use keystile_policy::Access;
use keystile_registry::{GatewayInput, RouteRuleInput};
use keystile_store::DATABASE_FILE;

use crate::raw_http::call;
use crate::started_gateway::{CHANGE_TIMEOUT, DEFAULT_GATEWAY, edit, start_echo_gateway};

fn open_route() -> GatewayInput {
    GatewayInput {
        rules: Some(vec![RouteRuleInput {
            method: None,
            path: "/inside/*".to_owned(),
            access: Access::Open,
        }]),
        ..DEFAULT_GATEWAY
    }
}

async fn status_without_key(address: SocketAddr) -> u16 {
    let request = "GET /inside/x HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n\r\n";
    let reply = call(address, request.to_owned()).await;
    reply.expect("a response").status
}

async fn wait_for_status(
    address: SocketAddr,
    expectation: &str,
    is_expected: impl Fn(u16) -> bool,
) {
    let started_at = Instant::now();
    loop {
        let status = status_without_key(address).await;
        if is_expected(status) {
            return;
        }
        assert!(
            started_at.elapsed() < CHANGE_TIMEOUT,
            "{expectation}: still {status}"
        );
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

fn copy(database: &Path, name: &str) -> PathBuf {
    let copy = database.with_extension(name);
    let done = std::process::Command::new("cp")
        .arg(database)
        .arg(&copy)
        .status();
    assert!(done.expect("cp").success());
    copy
}

#[tokio::test]
async fn open_route_of_a_replaced_database_is_closed() {
    let (fixture, gateway) = start_echo_gateway().await;
    let address = gateway.running.address().tcp().expect("TCP");
    edit(&fixture, open_route()).await;
    wait_for_status(address, "the route is opened", |status| status == 200).await;
    let database = fixture.store_path().join(DATABASE_FILE);
    // Identical contents, with the same change counter and random number.
    std::fs::rename(copy(&database, "copy"), &database).expect("replaced");
    edit(&fixture, DEFAULT_GATEWAY).await;
    wait_for_status(address, "the rule is gone", |status| status == 401).await;
}

#[tokio::test]
async fn requests_are_denied_while_database_is_missing() {
    let (fixture, gateway) = start_echo_gateway().await;
    let address = gateway.running.address().tcp().expect("TCP");
    edit(&fixture, open_route()).await;
    wait_for_status(address, "the route is opened", |status| status == 200).await;
    let database = fixture.store_path().join(DATABASE_FILE);
    let moved = database.with_extension("away");
    std::fs::rename(&database, &moved).expect("moved");
    wait_for_status(address, "the rules cannot be read", |status| status == 503).await;
    std::fs::rename(&moved, &database).expect("moved back");
    wait_for_status(address, "the rules are back", |status| status == 200).await;
}
