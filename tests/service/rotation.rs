//! A rotation while a gateway serves requests with both secrets.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use keystile_keys::KeyId;
use keystile_registry::RotateRequest;
use keystile_tests::fixture::MAIN_WINDOW;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::fixture::ServiceFixture;
use crate::started_gateway::{StartedGateway, start_echo_gateway};

const CLIENTS: usize = 8;
const HOUR: Duration = Duration::from_secs(60 * 60);
/// Requests of each phase.
const REQUESTS: u64 = 10_000;

/// Clients that send requests with one key, each on its own connection, until they are stopped.
struct Load {
    allowed: Arc<AtomicU64>,
    denied: Arc<AtomicU64>,
    is_stopped: Arc<AtomicBool>,
    clients: Vec<tokio::task::JoinHandle<()>>,
}

impl Load {
    fn start(gateway: &StartedGateway, key: &str) -> Self {
        let address = gateway.running.address().tcp().expect("TCP");
        let request =
            format!("GET /orders HTTP/1.1\r\nHost: api.example\r\nX-API-KEY: {key}\r\n\r\n");
        let (allowed, denied) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
        let is_stopped = Arc::<AtomicBool>::default();
        let clients = (0..CLIENTS)
            .map(|_| {
                let (request, is_stopped) = (request.clone(), Arc::clone(&is_stopped));
                let (allowed, denied) = (Arc::clone(&allowed), Arc::clone(&denied));
                tokio::spawn(async move {
                    let mut stream = TcpStream::connect(address).await.expect("a connection");
                    let mut response = vec![0; 16 * 1024];
                    while !is_stopped.load(Ordering::Relaxed) {
                        stream.write_all(request.as_bytes()).await.expect("sent");
                        // Each response comes in one piece: it is small.
                        let length = stream.read(&mut response).await.expect("a response");
                        let count = match &response[..length.min(12)] {
                            b"HTTP/1.1 200" => &allowed,
                            _ => &denied,
                        };
                        count.fetch_add(1, Ordering::SeqCst);
                    }
                })
            })
            .collect();
        Self {
            allowed,
            denied,
            is_stopped,
            clients,
        }
    }

    fn allowed(&self) -> u64 {
        self.allowed.load(Ordering::SeqCst)
    }

    /// Waits for as many further allowed requests.
    async fn wait_for_allowed(&self, count: u64) {
        let end = self.allowed() + count;
        while self.allowed() < end {
            assert_eq!(
                self.denied.load(Ordering::SeqCst),
                0,
                "no request is denied during the overlap"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn stop(self) {
        self.is_stopped.store(true, Ordering::SeqCst);
        for client in self.clients {
            client.await.expect("an orderly end");
        }
    }
}

/// Rotates a key, copies the new one, and returns it.
pub(crate) async fn rotate(fixture: &ServiceFixture, key_id: KeyId, overlap: Duration) -> String {
    let request = RotateRequest {
        key_id,
        overlap,
        idempotency_key: "one".to_owned(),
    };
    let registry = &fixture.registry;
    let prompt = registry.rotate_key(MAIN_WINDOW, &request, None).await;
    let prompt = prompt.expect("a rotation");
    let text = prompt.plain.as_ref().expect("its text").to_string();
    let copied = registry.copy(MAIN_WINDOW, &prompt.ticket).await;
    copied.expect("copied");
    let closed = registry.close(MAIN_WINDOW, &prompt.ticket).await;
    closed.expect("closed");
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rotation_under_load_denies_no_request_until_the_old_secret_is_ended() {
    let (fixture, gateway) = start_echo_gateway().await;
    let old = Load::start(&gateway, &fixture.read_key.text);
    old.wait_for_allowed(REQUESTS / 10).await;
    let text = rotate(&fixture, fixture.read_key.id, HOUR).await;
    let new = Load::start(&gateway, &text);
    tokio::join!(
        old.wait_for_allowed(REQUESTS),
        new.wait_for_allowed(REQUESTS)
    );
    old.stop().await;

    let ended = fixture.registry.end_old_secret(fixture.read_key.id).await;
    ended.expect("ended");
    let first = gateway.send("GET /orders", &fixture.read_key.text).await;
    assert_eq!(
        first.status, 401,
        "the first request after the end is denied"
    );
    new.wait_for_allowed(REQUESTS / 10).await;
    new.stop().await;
    let verified = fixture
        .post_verify(&serde_json::json!({
            "key": fixture.read_key.text,
            "environment": fixture.environment.as_str(),
        }))
        .await;
    assert_eq!(verified.json()["code"], "rotated");
    assert_eq!(verified.json()["secret"], "old");
}

#[tokio::test]
async fn metrics_count_requests_with_old_and_current_secrets_of_rotated_keys_without_their_ids() {
    let (fixture, gateway) = start_echo_gateway().await;
    let (key, old) = (fixture.read_key.id, fixture.read_key.text.clone());
    let verify = async |key: &str| {
        let environment = fixture.environment.as_str();
        let request = serde_json::json!({"key": key, "environment": environment});
        fixture.post_verify(&request).await.json()["code"].clone()
    };
    // By the service, whose metrics are read over HTTP, and the gateway.
    let counts = async || {
        let service = fixture.send("GET /metrics").await.body;
        assert!(!service.contains(key.as_str()), "metrics identify no key");
        let count = |secret| {
            let name = format!("keystile_rotated_key_requests_total{{secret=\"{secret}\"}} ");
            let count = service.lines().find_map(|line| line.strip_prefix(&name));
            count.expect("a counter").parse::<u64>().expect("a number")
        };
        let gateway = gateway.verifier.metrics();
        [
            (count("current"), count("old")),
            (gateway.current_secret_uses, gateway.old_secret_uses),
        ]
    };
    verify(&old).await;
    gateway.send("GET /orders", &old).await;
    assert_eq!(counts().await, [(0, 0); 2], "the key was not rotated");
    let new = rotate(&fixture, key, HOUR).await;
    for (secret, uses) in [(&old, 2), (&new, 3)] {
        for _ in 0..uses {
            assert_eq!(verify(secret).await, "allowed");
        }
        assert_eq!(gateway.send("GET /orders", secret).await.status, 200);
    }
    verify(&fixture.write_key.text).await;
    assert_eq!(counts().await, [(3, 2), (1, 1)]);
    let ended = fixture.registry.end_old_secret(key).await;
    ended.expect("ended");
    assert_eq!(verify(&old).await, "rotated");
    gateway.send("GET /orders", &old).await;
    assert_eq!(counts().await, [(3, 2), (1, 1)], "only allowed requests");
}
