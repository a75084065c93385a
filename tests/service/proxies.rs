//! Real proxies as processes of a test, ended with it.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use keystile_service::{CheckAddress, Proxy, Snippet, snippet};

use crate::api;
use crate::fixture::ServiceFixture;

/// A proxy that guards an API.
pub(crate) struct Guarded {
    pub(crate) fixture: ServiceFixture,
    pub(crate) address: SocketAddr,
    /// None where the proxy is part of this process.
    pub(crate) child: Option<Child>,
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // It may have ended already.
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

/// Starts the proxy with exactly what `snippet` prints; `surround` writes whatever else the program wants around it and
/// gives the command.
pub(crate) async fn start(
    proxy: Proxy,
    environment: &str,
    surround: fn(&Path, &str) -> Command,
) -> Guarded {
    let upstream = api::start().await;
    start_before(
        proxy,
        environment,
        ServiceFixture::new().await,
        upstream,
        surround,
    )
    .await
}

/// As [`start`], in front of this API and with the keys of this fixture.
pub(crate) async fn start_before(
    proxy: Proxy,
    environment: &str,
    fixture: ServiceFixture,
    upstream: SocketAddr,
    surround: fn(&Path, &str) -> Command,
) -> Guarded {
    let listen = free_address();
    let service = fixture.address.into();
    let text = printed(
        proxy,
        environment,
        service,
        &format!("http://{upstream}"),
        listen,
    );
    run(proxy, fixture, listen, &text, surround).await
}

/// Returns what `snippet` prints.
pub(crate) fn printed(
    proxy: Proxy,
    environment: &str,
    service: CheckAddress<'_>,
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

/// Starts the proxy with this configuration.
pub(crate) async fn run(
    proxy: Proxy,
    fixture: ServiceFixture,
    listen: SocketAddr,
    text: &str,
    surround: impl FnOnce(&Path, &str) -> Command,
) -> Guarded {
    let folder = fixture.create_dir(proxy.as_str());
    let mut command = surround(&folder, text);
    let log = std::fs::File::create(folder.join("log")).expect("a log");
    let child = command
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a handle"))
        .stderr(log)
        .spawn()
        .unwrap_or_else(|error| panic!("{proxy} must be installed: {error}"));
    let guarded = Guarded {
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
