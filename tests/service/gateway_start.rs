//! Tests of the port of a gateway.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use keystile_gateway_control::{StartError, StartOptions, StopReason};
use keystile_tests::diagnostic::error_code;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::echo_upstream;
use crate::fixture::ServiceFixture;
use crate::raw_http::read;
use crate::started_gateway::{
    DEFAULT_GATEWAY, enter_endpoint, on_any_port, start_echo_gateway, start_gateway, try_to_start,
};

/// The first port for new gateways.
const FIRST_PORT: u16 = 7420;

/// Another program that listens on a port until the test ends.
struct PortOwner {
    child: Child,
    port: u16,
}

impl Drop for PortOwner {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

impl PortOwner {
    /// Starts the program; `None` if it cannot listen on the address.
    fn on(address: &str) -> Option<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hold_port"))
            .arg(address)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("another program");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output"))
            .read_line(&mut line)
            .expect("a line");
        let mut owner = Self { child, port: 0 };
        owner.port = line.trim().parse().ok()?;
        Some(owner)
    }

    /// Returns the expected name in the error.
    fn name(&self) -> String {
        format!("hold_port (pid {})", self.child.id())
    }
}

/// Binds the first free port from `from`.
fn first_free(from: u16) -> TcpListener {
    (from..from + 100)
        .find_map(|port| TcpListener::bind(("127.0.0.1", port)).ok())
        .expect("a free port")
}

fn port_of(listener: &TcpListener) -> u16 {
    listener.local_addr().expect("an address").port()
}

async fn stored_port(fixture: &ServiceFixture) -> Option<u16> {
    let gateway = fixture.registry.show_gateway(&fixture.environment).await;
    gateway.expect("a gateway").row.port
}

#[tokio::test]
async fn first_start_uses_first_free_unreserved_port() {
    let fixture = ServiceFixture::new().await;
    enter_endpoint(&fixture, Some(echo_upstream::start().await)).await;
    let used = first_free(FIRST_PORT);
    let reserved = port_of(&first_free(port_of(&used) + 1));
    let other = fixture.registry.show_gateway(&fixture.environment).await;
    let project = other.expect("a gateway").environment.project_id;
    let environments = fixture.registry.list_environments(&project).await;
    let environments = environments.expect("environments");
    let other = environments.iter().find(|one| one.name == "other");
    let other = other.expect("another environment").id;
    fixture
        .registry
        .edit_gateway(&other, &DEFAULT_GATEWAY, Some(reserved))
        .await
        .expect("placed");
    let gateway = start_gateway(&fixture, StartOptions::default()).await;
    let port = gateway.running.address().tcp().expect("TCP").port();
    // Other programs may use some of them.
    assert!(
        port > port_of(&used) && port != reserved && port <= reserved + 20,
        "{port} is chosen if {} is in use and {reserved} is reserved by another gateway",
        port_of(&used)
    );
    assert_eq!(
        stored_port(&fixture).await,
        Some(port),
        "the port is stored"
    );
}

#[tokio::test]
async fn restarted_gateway_keeps_its_port() {
    let (fixture, gateway) = start_echo_gateway().await;
    let address = gateway.running.address().tcp().expect("TCP");
    assert!(
        address.ip().is_loopback() && address.port() != 0,
        "{address}"
    );
    gateway.running.stop().await;
    assert_eq!(gateway.running.stop_reason(), Some(StopReason::Stopped));
    for _ in 0..2 {
        let restarted = start_gateway(&fixture, StartOptions::default()).await;
        assert_eq!(
            restarted.running.address().tcp().expect("TCP"),
            address,
            "clients use this address"
        );
        restarted.running.stop().await;
    }
    let shown = fixture.registry.show_gateway(&fixture.environment).await;
    assert!(
        !shown.expect("a gateway").row.autostart,
        "a gateway started in the terminal is not restored by the window"
    );
}

#[tokio::test]
async fn port_in_use_error_names_owner_and_free_port() {
    let fixture = ServiceFixture::new().await;
    enter_endpoint(&fixture, Some(echo_upstream::start().await)).await;
    let owner = PortOwner::on("127.0.0.1:0").expect("another program");
    let before = fixture.registry.store().last_commit().expect("a counter");
    let options = StartOptions {
        port: Some(owner.port),
        restorable: true,
        ..StartOptions::default()
    };
    let error = try_to_start(&fixture, options.clone()).await;
    let error = error.err().expect("the port is in use");
    let message = error.to_string();
    let StartError::PortInUse {
        port,
        owner: named,
        suggestion,
    } = error
    else {
        panic!("{message}");
    };
    assert_eq!((port, named), (owner.port, Some(owner.name())));
    assert_eq!(message, format!("Port {port} is used by {}.", owner.name()));
    let free = suggestion.expect("a free one");
    assert!(
        free > port && TcpListener::bind(("127.0.0.1", free)).is_ok(),
        "{free} is a free port"
    );
    assert_eq!(
        (
            fixture.registry.store().last_commit().ok(),
            stored_port(&fixture).await
        ),
        (Some(before), None),
        "a failed start stores nothing"
    );
    drop(owner);
    let gateway = start_gateway(&fixture, options).await;
    assert_eq!(gateway.running.address().tcp().expect("TCP").port(), port);
}

#[tokio::test]
async fn port_owner_is_found_despite_closed_connections() {
    let (fixture, gateway) = start_echo_gateway().await;
    let address = gateway.running.address().tcp().expect("TCP");
    let mut client = TcpStream::connect(address).await.expect("a connection");
    let request = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nX-API-KEY: {}\r\n\r\n",
        fixture.read_key.text
    );
    client.write_all(request.as_bytes()).await.expect("sent");
    assert_eq!(read(&mut client).await.expect("a response").status, 200);
    gateway.running.stop().await;
    client.read_to_end(&mut Vec::new()).await.expect("EOF");
    drop(client);
    // The default address of Node.js.
    let Some(owner) = PortOwner::on(&format!("[::]:{}", address.port())) else {
        return; // a machine without IPv6
    };
    let error = try_to_start(&fixture, StartOptions::default()).await;
    let message = error.err().expect("the port is in use").to_string();
    assert_eq!(
        message,
        format!("Port {} is used by {}.", address.port(), owner.name())
    );
}

#[tokio::test]
async fn gateway_without_endpoint_does_not_start() {
    let fixture = ServiceFixture::new().await;
    let error = try_to_start(&fixture, on_any_port()).await;
    let error = error.err().expect("no upstream");
    assert_eq!(
        (error_code(&error).as_str(), error.to_string().as_str()),
        ("missing_endpoint", "staging has no endpoint.")
    );
    assert_eq!(
        stored_port(&fixture).await,
        None,
        "a failed start stores no port"
    );
}

#[tokio::test]
async fn request_in_flight_finishes_after_stop_and_commit() {
    let fixture = ServiceFixture::new().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let api = listener.local_addr().expect("an address");
    let (release, released) = tokio::sync::oneshot::channel::<()>();
    let (arrive, arrived) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut head = [0_u8; 4096];
        let _request = stream.read(&mut head).await.expect("a request");
        arrive.send(()).expect("the test waits");
        released.await.expect("the test goes on");
        let response = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone";
        stream.write_all(response).await.expect("sent");
    });
    enter_endpoint(&fixture, Some(api)).await;
    let gateway = start_gateway(&fixture, on_any_port()).await;
    let address = gateway.running.address().tcp().expect("TCP");
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let request = format!(
        "GET /slow HTTP/1.1\r\nHost: a\r\nX-API-KEY: {}\r\n\r\n",
        fixture.read_key.text
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    arrived.await.expect("the request reached the API");
    // The window commits the stop before the gateway stops.
    fixture.revoke_key(fixture.write_key.id).await;
    let stop = async {
        gateway.running.stop().await;
    };
    let respond = async {
        tokio::time::sleep(std::time::Duration::from_millis(700)).await;
        release.send(()).expect("the API waits");
        read(&mut stream).await.expect("a response")
    };
    let ((), reply) = tokio::join!(stop, respond);
    assert_eq!(
        (reply.status, &*reply.body),
        (200, "done"),
        "a stopping gateway finishes open requests despite commits"
    );
}
