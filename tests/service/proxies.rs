//! Runs real proxies as child processes.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use keystile_service::{Proxy, ServiceAddress, Snippet, snippet};

use crate::echo_upstream;
use crate::fixture::ServiceFixture;

/// An upstream behind a proxy.
pub(crate) struct ProtectedApi {
    pub(crate) fixture: ServiceFixture,
    pub(crate) address: SocketAddr,
    /// `None` for the gateway, which runs in this process.
    pub(crate) child: Option<Child>,
}

impl Drop for ProtectedApi {
    fn drop(&mut self) {
        // It may have exited already.
        if let Some(child) = &mut self.child {
            let _ended = child.kill();
            let _reaped = child.wait();
        }
    }
}

pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

/// Starts a proxy with the generated configuration. `surround` writes further files and returns the command.
pub(crate) async fn start(
    proxy: Proxy,
    environment: &str,
    prepare: fn(&Path, &str) -> Command,
) -> ProtectedApi {
    let upstream = echo_upstream::start().await;
    start_before(
        proxy,
        environment,
        ServiceFixture::new().await,
        upstream,
        prepare,
    )
    .await
}

/// Starts a proxy as [`start`] does, in front of this upstream and with this fixture.
pub(crate) async fn start_before(
    proxy: Proxy,
    environment: &str,
    fixture: ServiceFixture,
    upstream: SocketAddr,
    prepare: fn(&Path, &str) -> Command,
) -> ProtectedApi {
    let listen = free_address();
    let service = fixture.address.into();
    let text = generate_configuration(
        proxy,
        environment,
        service,
        &format!("http://{upstream}"),
        listen,
    );
    run(proxy, fixture, listen, &text, prepare).await
}

/// Returns the generated configuration.
pub(crate) fn generate_configuration(
    proxy: Proxy,
    environment: &str,
    service: ServiceAddress<'_>,
    upstream: &str,
    listen: SocketAddr,
) -> String {
    snippet(&Snippet {
        proxy,
        environment,
        name: "Acme/staging",
        key_location: &keystile_policy::KeyLocation::Default,
        service,
        upstream,
        listen,
        server_name: None,
        location_only: false,
    })
    .expect("a configuration")
}

/// Starts a proxy with this configuration.
pub(crate) async fn run(
    proxy: Proxy,
    fixture: ServiceFixture,
    listen: SocketAddr,
    text: &str,
    prepare: impl FnOnce(&Path, &str) -> Command,
) -> ProtectedApi {
    let folder = fixture.create_dir(proxy.as_str());
    let mut command = prepare(&folder, text);
    let log = std::fs::File::create(folder.join("log")).expect("a log");
    let child = command
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a handle"))
        .stderr(log)
        .spawn()
        .unwrap_or_else(|error| panic!("{proxy} must be installed: {error}"));
    let guarded = ProtectedApi {
        fixture,
        address: listen,
        child: Some(child),
    };
    for _ in 0..200 {
        if tokio::net::TcpStream::connect(guarded.address)
            .await
            .is_ok()
        {
            return guarded;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    panic!("{proxy} did not start: {log}\n{text}");
}
