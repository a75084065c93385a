//! Locks of running gateways: which process runs which gateway, and where.

use std::net::{Ipv4Addr, SocketAddr};

use crate::fixture::TestApp;

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

#[tokio::test]
async fn running_gateway_is_found_by_port_until_its_lock_is_dropped() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let lock = app
        .registry
        .lock_gateway(&environment, Some(loopback(7999)))
        .expect("a lock");
    let other = app.second_instance().await;
    other.registry.sweep().await.expect("a sweep");
    let found = other.registry.gateway_on_port(7999).await.expect("read");
    let found = found.expect("a gateway whose lock is held");
    assert_eq!(
        (found.environment.id, found.pid),
        (environment, std::process::id()),
        "the lock names the environment and the process"
    );
    let elsewhere = other.registry.gateway_on_port(7998).await.expect("read");
    assert_eq!(elsewhere, None, "the lock is for one port");
    drop(lock);
    let stopped = other.registry.gateway_on_port(7999).await.expect("read");
    assert_eq!(stopped, None, "the gateway was stopped");
}

#[tokio::test]
async fn running_gateways_are_listed_with_their_addresses() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let addresses = [None, Some(loopback(7998)), "[::1]:7999".parse().ok()];
    let locks = addresses.map(|address| {
        let lock = app.registry.lock_gateway(&environment, address);
        lock.expect("a lock")
    });
    let other = app.second_instance().await;
    let running = other.registry.running_gateways().await.expect("read");
    assert_eq!(
        running
            .iter()
            .map(|found| found.address)
            .collect::<Vec<_>>(),
        addresses,
        "the locks name the addresses; a Unix socket has none"
    );
    drop(locks);
    let running = other.registry.running_gateways().await.expect("read");
    assert_eq!(running, [], "the gateways were stopped");
}

#[tokio::test]
async fn lock_of_dead_gateway_is_not_held_by_another_probe() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let lock = app
        .registry
        .lock_gateway(&environment, Some(loopback(7999)));
    drop(lock.expect("a lock, which creates the folder"));
    let name = format!("000000000000-{environment}-7999-1");
    let file = std::fs::File::create(app.locks_path().join(name)).expect("a lock file");
    file.lock_shared().expect("the lock of another probe");
    let found = app.registry.gateway_on_port(7999).await.expect("read");
    assert_eq!(found, None, "no process runs the gateway");
}
