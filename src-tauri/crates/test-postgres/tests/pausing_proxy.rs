//! Tests of the proxy with a server that sends everything back.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use keystile_test_postgres::{PausingProxy, TestDatabase};
use sqlx::{Connection, PgConnection};

/// How long to wait for what must not arrive.
const SILENCE: Duration = Duration::from_millis(300);

/// Starts a server that sends `greeting`, and then everything that it receives.
fn echo_server(greeting: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let _ = client.write_all(greeting);
                let mut output = client.try_clone().expect("the same socket");
                std::io::copy(&mut client, &mut output)
            });
        }
    });
    address
}

fn connect(proxy: &PausingProxy) -> TcpStream {
    let client = TcpStream::connect(proxy.address()).expect("a connection");
    let timeout = Some(Duration::from_secs(20));
    client.set_read_timeout(timeout).expect("a time limit");
    client
}

fn receive(client: &mut TcpStream, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    client.read_exact(&mut bytes).expect("bytes");
    bytes
}

/// Asserts that the connection is open and that nothing arrives.
fn expect_silence(client: &mut TcpStream) {
    client
        .set_read_timeout(Some(SILENCE))
        .expect("a time limit");
    let error = client.read(&mut [0]).expect_err("nothing may arrive");
    assert_eq!(
        error.kind(),
        ErrorKind::WouldBlock,
        "the connection stays open"
    );
    let timeout = Some(Duration::from_secs(20));
    client.set_read_timeout(timeout).expect("a time limit");
}

#[test]
fn proxy_forwards_and_counts_bytes() {
    let proxy = PausingProxy::start(echo_server(b"hello"));
    let mut client = connect(&proxy);
    assert_eq!(receive(&mut client, 5), b"hello");
    let sent: Vec<u8> = (0..3_000_000_u32).map(|number| number as u8).collect();
    let mut output = client.try_clone().expect("the same socket");
    let received = std::thread::scope(|scope| {
        scope.spawn(|| output.write_all(&sent).expect("bytes are sent"));
        receive(&mut client, sent.len())
    });
    assert!(received == sent, "bytes must arrive in order");
    assert_eq!(proxy.bytes_to_server(), 3_000_000);
    assert_eq!(proxy.bytes_to_clients(), 3_000_005);
    assert_eq!(proxy.open_connections(), 1, "it is still open");
    client
        .shutdown(std::net::Shutdown::Write)
        .expect("the end of the requests");
    let rest = client.read(&mut [0]).expect("the end of the responses");
    assert_eq!(rest, 0, "the end of each direction is forwarded");
    wait_for_connections(&proxy, 0);
    assert_eq!(proxy.accepted_connections(), 1, "it was accepted once");
}

fn wait_for_connections(proxy: &PausingProxy, count: usize) {
    let start = Instant::now();
    while proxy.open_connections() != count {
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "an ended connection is not counted"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn paused_proxy_delivers_nothing_until_it_is_resumed() {
    let proxy = PausingProxy::start(echo_server(b""));
    let mut client = connect(&proxy);
    client.write_all(b"before").expect("a request");
    assert_eq!(receive(&mut client, 6), b"before");
    proxy.pause();
    client.write_all(b"during").expect("a request");
    expect_silence(&mut client);
    assert_eq!(proxy.bytes_to_server(), 6, "the server received nothing");
    proxy.resume();
    assert_eq!(receive(&mut client, 6), b"during", "nothing is lost");
}

#[test]
fn paused_proxy_accepts_connections_and_connects_later() {
    let proxy = PausingProxy::start(echo_server(b"hello"));
    proxy.pause();
    let mut client = connect(&proxy);
    expect_silence(&mut client);
    proxy.resume();
    assert_eq!(receive(&mut client, 5), b"hello", "the server was reached");
}

#[test]
fn paused_proxy_holds_back_the_end_of_a_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let proxy = PausingProxy::start(listener.local_addr().expect("its address"));
    let client = connect(&proxy);
    let (mut server, _) = listener.accept().expect("the proxy's connection");
    proxy.pause();
    drop(client);
    expect_silence(&mut server);
    proxy.resume();
    let end = server.read(&mut [0]).expect("the end");
    assert_eq!(end, 0, "the server learns of it now");
}

#[test]
fn cut_proxy_resets_both_sides_and_accepts_new_connections() {
    for is_paused in [false, true] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let proxy = PausingProxy::start(listener.local_addr().expect("its address"));
        let mut client = connect(&proxy);
        let (mut server, _) = listener.accept().expect("the proxy's connection");
        if is_paused {
            proxy.pause();
            client.write_all(b"lost").expect("a request");
        }
        proxy.cut();
        for side in [&mut client, &mut server] {
            let error = side.read(&mut [0]).expect_err("a reset");
            assert_eq!(
                error.kind(),
                ErrorKind::ConnectionReset,
                "an orderly end would look like a stopped program; paused: {is_paused}"
            );
        }
        assert_eq!(proxy.open_connections(), 0, "it was closed");
        proxy.resume();
        let mut client = connect(&proxy);
        let (mut server, _) = listener.accept().expect("the proxy's connection");
        server.write_all(b"hello").expect("a response");
        assert_eq!(receive(&mut client, 5), b"hello", "the network is back");
    }
}

#[test]
fn redirected_proxy_connects_to_the_other_server() {
    let proxy = PausingProxy::start(echo_server(b"first"));
    let mut client = connect(&proxy);
    assert_eq!(receive(&mut client, 5), b"first");
    proxy.redirect(echo_server(b"other"));
    client.write_all(b"again").expect("a request");
    assert_eq!(receive(&mut client, 5), b"again", "it stays connected");
    assert_eq!(receive(&mut connect(&proxy), 5), b"other");
}

#[test]
fn proxy_resets_clients_when_its_server_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let proxy = PausingProxy::start(listener.local_addr().expect("its address"));
    drop(listener);
    let mut client = connect(&proxy);
    let error = client.read(&mut [0]).expect_err("a reset");
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn pause_does_not_wait_for_a_receiver_with_a_full_buffer() {
    let proxy = PausingProxy::start(echo_server(b""));
    let mut client = connect(&proxy);
    client
        .set_write_timeout(Some(SILENCE))
        .expect("a time limit");
    // The client reads nothing, until all buffers are full.
    while client.write(&[0; 65_536]).is_ok() {}
    let start = Instant::now();
    proxy.pause();
    proxy.cut();
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "a fault must begin without the receiver"
    );
}

#[tokio::test]
async fn statement_through_a_paused_proxy_runs_after_it_is_resumed() {
    let database = TestDatabase::create();
    let proxy = PausingProxy::start(database.address());
    let mut client = PgConnection::connect(&database.url_at(proxy.address()))
        .await
        .expect("a connection");
    proxy.pause();
    let mut ping = Box::pin(client.ping());
    let early = tokio::time::timeout(SILENCE, &mut ping).await;
    assert!(early.is_err(), "no response may arrive");
    proxy.resume();
    ping.await.expect("the connection stayed open");
}
