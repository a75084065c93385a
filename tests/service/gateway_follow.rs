//! Tests of a running gateway that follows its stored configuration.

use std::net::SocketAddr;
use std::time::Duration;

use keystile_gateway::Endpoint;
use keystile_gateway_control::{StartOptions, StopReason};
use keystile_keys::Permission;
use keystile_policy::Access;
use keystile_registry::{GatewayInput, RouteRuleInput};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::echo_upstream;
use crate::fixture::ServiceFixture;
use crate::gateway::ephemeral_address;
use crate::started_gateway::{
    CHANGE_TIMEOUT, DEFAULT_GATEWAY, edit, enter_endpoint, on_any_port, start_echo_gateway,
    start_gateway, tamper,
};

fn rule(method: &str, path: &str) -> RouteRuleInput {
    RouteRuleInput {
        method: Some(method.to_owned()),
        path: path.to_owned(),
        access: Access::Key(Permission::Read),
    }
}

#[tokio::test]
async fn edit_by_another_program_applies_to_the_next_request() {
    let (fixture, gateway) = start_echo_gateway().await;
    let key = fixture.read_key.text.as_str();
    for round in 0..10 {
        assert_eq!(
            gateway.send("POST /search", key).await.status,
            403,
            "round {round}: the rule was removed"
        );
        let mut fields = GatewayInput {
            rules: Some(vec![rule("POST", "/search")]),
            ..DEFAULT_GATEWAY
        };
        edit(&fixture, fields.clone()).await;
        assert_eq!(
            gateway.send("POST /search", key).await.status,
            200,
            "round {round}: the rule was added"
        );
        fields.preserve_host = Some(false);
        edit(&fixture, fields).await;
        let reply = gateway.send("GET /", key).await;
        assert!(
            reply.body.contains("host: 127.0.0.1:"),
            "round {round}: the upstream gets its own host: {reply:?}"
        );
        let other = echo_upstream::start().await;
        enter_endpoint(&fixture, Some(other)).await;
        let reply = gateway.send("GET /", key).await;
        assert!(
            reply.body.contains(&format!("host: {other}\n")),
            "round {round}: the new upstream gets the request: {reply:?}"
        );
        edit(&fixture, DEFAULT_GATEWAY).await;
    }
}

#[tokio::test]
async fn run_overrides_take_precedence_and_are_not_stored() {
    let fixture = ServiceFixture::new().await;
    let api = echo_upstream::start().await;
    enter_endpoint(&fixture, Some(SocketAddr::from(([127, 0, 0, 1], 9)))).await;
    let options = StartOptions {
        endpoint: Some(Endpoint::parse(&format!("http://{api}")).expect("an endpoint")),
        preserve_host: Some(false),
        ..on_any_port()
    };
    let gateway = start_gateway(&fixture, options).await;
    let key = fixture.read_key.text.as_str();
    let upstream_host_line = format!("host: {api}\n");
    let reply = gateway.send("GET /", key).await;
    assert!(reply.body.contains(&upstream_host_line), "{reply:?}");
    enter_endpoint(&fixture, None).await;
    edit(
        &fixture,
        GatewayInput {
            rules: Some(vec![rule("POST", "/search")]),
            ..DEFAULT_GATEWAY
        },
    )
    .await;
    let reply = gateway
        .send_until("POST /search", key, |reply| reply.status == 200)
        .await;
    assert!(
        reply.body.contains(&upstream_host_line),
        "rule changes apply, and the override stays: {reply:?}"
    );
    let stored = fixture.registry.show_gateway(&fixture.environment).await;
    let stored = stored.expect("a gateway");
    assert!(stored.row.preserve_host && stored.environment.endpoint.is_none());
}

#[tokio::test]
async fn sample_api_is_upstream_until_endpoint_is_set() {
    let fixture = ServiceFixture::new().await;
    edit(
        &fixture,
        GatewayInput {
            sample_upstream: Some(true),
            ..DEFAULT_GATEWAY
        },
    )
    .await;
    let gateway = start_gateway(&fixture, on_any_port()).await;
    let (reader, writer) = (
        fixture.read_key.text.as_str(),
        fixture.write_key.text.as_str(),
    );
    let reply = gateway.send("GET /products", reader).await;
    assert!(reply.body.contains("Chair"), "{reply:?}");
    assert_eq!(gateway.send("POST /products", reader).await.status, 403);
    assert_eq!(gateway.send("POST /products", writer).await.status, 201);
    enter_endpoint(&fixture, Some(echo_upstream::start().await)).await;
    gateway
        .send_until("GET /products", reader, |reply| {
            reply.body.starts_with("GET /products\n")
        })
        .await;
    enter_endpoint(&fixture, None).await;
    let reply = gateway
        .send_until("GET /products", reader, |reply| {
            reply.body.contains("Chair")
        })
        .await;
    let products = reply.json();
    assert_eq!(
        products.as_array().map(Vec::len),
        Some(2),
        "the same sample API still has the posted product"
    );
}

#[tokio::test]
async fn unreadable_rules_deny_open_routes_too() {
    let (fixture, gateway) = start_echo_gateway().await;
    let key = fixture.read_key.text.as_str();
    let open = RouteRuleInput {
        access: Access::Open,
        ..rule("GET", "/health")
    };
    let fields = GatewayInput {
        rules: Some(vec![open]),
        ..DEFAULT_GATEWAY
    };
    edit(&fixture, fields).await;
    gateway
        .send_until("GET /health", "", |reply| reply.status == 200)
        .await;
    tamper(&fixture, "UPDATE gateways SET rules = 'GET /health ajar'").await;
    for (line, key) in [("GET /health", ""), ("GET /orders", key)] {
        let reply = gateway
            .send_until(line, key, |reply| reply.status == 503)
            .await;
        assert_eq!(
            (reply.code().as_str(), reply.header("retry-after")),
            ("rules_unavailable", Some("1")),
            "the old rules may have been revoked"
        );
    }
    tamper(&fixture, "UPDATE gateways SET rules = 'GET /health open'").await;
    gateway
        .send_until("GET /health", "", |reply| reply.status == 200)
        .await;
    assert_eq!(
        gateway.running.stop_reason(),
        None,
        "the stream did not end"
    );
}

#[tokio::test]
async fn stream_ends_when_rules_no_longer_allow_it() {
    for (before, after, sends_key) in [
        (Access::Open, None, false),
        (
            Access::Key(Permission::Read),
            Some(Access::Key(Permission::Write)),
            true,
        ),
    ] {
        let fixture = ServiceFixture::new().await;
        enter_endpoint(&fixture, Some(endless().await)).await;
        let gateway = start_gateway(&fixture, on_any_port()).await;
        let rules = |access| GatewayInput {
            rules: Some(vec![RouteRuleInput {
                access,
                ..rule("GET", "/events")
            }]),
            ..DEFAULT_GATEWAY
        };
        edit(&fixture, rules(before)).await;
        gateway.running.reload().await.expect("a reload");
        let key = match sends_key {
            true => format!("X-API-KEY: {}\r\n", fixture.read_key.text),
            false => String::new(),
        };
        let mut stream = TcpStream::connect(gateway.running.address().tcp().expect("TCP"))
            .await
            .expect("a connection");
        let request = format!("GET /events HTTP/1.1\r\nHost: a\r\n{key}\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut seen = [0_u8; 15];
        stream.read_exact(&mut seen).await.expect("a head");
        assert_eq!(&seen, b"HTTP/1.1 200 OK", "the request is forwarded");
        match after {
            Some(access) => edit(&fixture, rules(access)).await,
            None => edit(&fixture, DEFAULT_GATEWAY).await,
        }
        let mut rest = Vec::new();
        // The connection may be closed or reset.
        let ended = tokio::time::timeout(CHANGE_TIMEOUT, stream.read_to_end(&mut rest)).await;
        assert!(
            ended.is_ok(),
            "the stream ends because a new request would be denied: {before:?}"
        );
    }
}

/// Starts an upstream whose responses never end.
async fn endless() -> SocketAddr {
    let listener = TcpListener::bind(ephemeral_address())
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let mut streams = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n";
            if stream.write_all(head).await.is_ok() {
                streams.push(stream);
            }
        }
    });
    address
}

#[tokio::test]
async fn gateway_stops_when_environment_or_endpoint_is_removed() {
    let (fixture, gateway) = start_echo_gateway().await;
    assert_eq!(gateway.running.stop_reason(), None, "it runs");
    enter_endpoint(&fixture, None).await;
    gateway.wait_until_stopped().await;
    assert_eq!(
        gateway.running.stop_reason(),
        Some(StopReason::EndpointRemoved)
    );
    assert!(
        TcpStream::connect(gateway.running.address().tcp().expect("TCP"))
            .await
            .is_err(),
        "the port is closed"
    );

    let (fixture, gateway) = start_echo_gateway().await;
    fixture
        .registry
        .delete_environment(&fixture.environment, Some("staging"))
        .await
        .expect("deleted");
    gateway.wait_until_stopped().await;
    assert_eq!(
        gateway.running.stop_reason(),
        Some(StopReason::EnvironmentDeleted)
    );
    assert!(
        TcpStream::connect(gateway.running.address().tcp().expect("TCP"))
            .await
            .is_err(),
        "the port is free"
    );
}

#[tokio::test]
async fn stop_finishes_request_in_flight() {
    let fixture = ServiceFixture::new().await;
    let slow = TcpListener::bind(ephemeral_address())
        .await
        .expect("a port");
    enter_endpoint(&fixture, slow.local_addr().ok()).await;
    let gateway = start_gateway(&fixture, on_any_port()).await;
    let address = gateway.running.address().tcp().expect("TCP");
    let response = gateway.send("GET /slow", &fixture.read_key.text);
    let stop = async {
        let (mut stream, _) = slow.accept().await.expect("the request");
        let stopped = gateway.running.stop();
        tokio::pin!(stopped);
        let early = tokio::time::timeout(Duration::from_millis(300), &mut stopped).await;
        assert!(early.is_err(), "stop waits for the open request");
        assert!(
            TcpStream::connect(address).await.is_err(),
            "new connections are refused"
        );
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")
            .await
            .expect("sent");
        stopped.await;
    };
    let (reply, ()) = tokio::join!(response, stop);
    assert_eq!((reply.status, reply.body.as_str()), (200, "done"));
    assert_eq!(gateway.running.stop_reason(), Some(StopReason::Stopped));
}
