//! A project with two environments and three keys, and the HTTP service for it on an ephemeral port. The names need
//! escaping in headers and paths.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use keystile_admin::{AdminApi, AdminSettings};
use keystile_keys::{EnvironmentId, KeyId, Permissions, Stage};
use keystile_registry::{IssueRequest, Registry};
use keystile_service::{Server, Settings};
use keystile_verifier::{Builder, Verifier};
use sqlx::SqliteConnection;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::fixture::{MAIN_WINDOW, TestApp, environment_input};
use crate::manual_clock::ManualClock;
use crate::raw_http::{Reply, call};

/// The project's name.
pub const PROJECT: &str = "Größe & Co";
/// Project and environment, as the API names them.
pub const ENVIRONMENT_NAME: &str = "Größe & Co/staging";
/// Project and environment, percent-encoded for a path.
pub const ENVIRONMENT_PATH: &str = "Gr%C3%B6%C3%9Fe%20%26%20Co/staging";

/// A key and its plain text.
pub struct IssuedKey {
    /// The key's id.
    pub id: KeyId,
    /// The plain key.
    pub text: String,
}

/// The service and its keys.
pub struct ServiceFixture {
    /// A registry on the store of the service.
    pub registry: Arc<Registry>,
    /// The address of the service.
    pub address: SocketAddr,
    /// The environment of the two keys.
    pub environment: EnvironmentId,
    /// A key for reading.
    pub read_key: IssuedKey,
    /// A key for reading and writing.
    pub write_key: IssuedKey,
    /// A key for reading and writing in another environment of the project.
    pub other_environment_key: IssuedKey,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<()>>,
    app: TestApp,
}

/// Returns settings for an ephemeral port on the loopback interface.
pub fn local_settings() -> Settings {
    Settings::new(SocketAddr::from(([127, 0, 0, 1], 0)))
}

impl ServiceFixture {
    /// Starts the service with [`local_settings`].
    pub async fn new() -> Self {
        Self::with_settings(local_settings()).await
    }

    /// Starts the service.
    pub async fn with_settings(settings: Settings) -> Self {
        Self::start(TestApp::new().await, Verifier::builder(), settings).await
    }

    /// Starts the service with the admin API.
    pub async fn with_admin_api(admin: AdminSettings) -> Self {
        let app = TestApp::new().await;
        let mut settings = local_settings();
        settings.admin_tokens = Some(admin.tokens.clone());
        settings.routes = Some(AdminApi::new(app.temp().open().await, admin).routes());
        Self::start(app, Verifier::builder(), settings).await
    }

    /// Starts the service with [`local_settings`]; registry and service use this clock.
    pub async fn with_clock(clock: &ManualClock) -> Self {
        let app = TestApp::with_clock(clock.clock()).await;
        Self::start(app, clock.verifier_builder(), local_settings()).await
    }

    async fn start(app: TestApp, builder: Builder, settings: Settings) -> Self {
        let registry = Arc::clone(&app.registry);
        let staging = environment_input("staging", Stage::Staging);
        let created = registry
            .create_project(PROJECT, Some(&staging))
            .await
            .expect("a project");
        let environment = created.environment.expect("an environment").id;
        let other = environment_input("other", Stage::Staging);
        let other = registry
            .create_environment(&created.project.id, &other)
            .await
            .expect("an environment");
        let both = Permissions::READ_WRITE;
        let read_key = issue_key(&registry, environment, "ci reader", Permissions::READ).await;
        let write_key = issue_key(&registry, environment, "écrire\u{20ac}", both).await;
        let other_environment_key = issue_key(&registry, other.id, "elsewhere", both).await;
        let verifier = builder.open(&app.store_path()).await.expect("a verifier");
        let service = Server::bind(verifier, settings).await.expect("a service");
        let address = service.address().tcp().expect("TCP");
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(service.run(async {
            let _stopped = stopped.await;
        }));
        Self {
            registry,
            address,
            environment,
            read_key,
            write_key,
            other_environment_key,
            stop: Some(stop),
            running: Some(running),
            app,
        }
    }

    /// Returns the path of the store's directory.
    pub fn store_path(&self) -> PathBuf {
        self.app.store_path()
    }

    /// Opens the registry of another process on the same store.
    pub async fn second_registry(&self) -> Arc<Registry> {
        self.app.second_instance().await.registry
    }

    /// Opens the registry of another process on the same store, with this clock.
    pub async fn second_registry_with_clock(&self, clock: &ManualClock) -> Arc<Registry> {
        let second = self.app.second_instance_with_clock(clock.clock()).await;
        second.registry
    }

    /// Opens a plain SQLite connection, as another program would.
    pub async fn raw_connection(&self) -> SqliteConnection {
        self.app.raw_connection().await
    }

    /// Creates a directory beside the store.
    pub fn create_dir(&self, name: &str) -> PathBuf {
        self.app.temp().create_dir(name)
    }

    /// Revokes a key, with its name as confirmation where that is required.
    pub async fn revoke_key(&self, id: KeyId) {
        if self.registry.revoke(id, None).await.is_err() {
            let name = self.app.key_row(id).await.name;
            self.registry
                .revoke(id, Some(name.as_str()))
                .await
                .expect("revoked");
        }
    }

    /// Sends a request. `head` is `METHOD path` and header lines without `Host`.
    pub async fn send(&self, head: &str) -> Reply {
        self.send_with_body(head, "").await
    }

    /// Sends a request with a body.
    pub async fn send_with_body(&self, head: &str, body: &str) -> Reply {
        let (line, headers) = head.split_once("\r\n").unwrap_or((head, ""));
        let headers = if headers.is_empty() {
            String::new()
        } else {
            format!("{headers}\r\n")
        };
        let length = if body.is_empty() {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", body.len())
        };
        let request = format!(
            "{line} HTTP/1.1\r\nHost: {}\r\n{headers}{length}\r\n{body}",
            self.address
        );
        call(self.address, request)
            .await
            .unwrap_or_else(|| panic!("no response to {head}"))
    }

    /// Sends this JSON to `/v1/verify`.
    pub async fn post_verify(&self, request: &serde_json::Value) -> Reply {
        self.send_with_body(
            "POST /v1/verify\r\nContent-Type: application/json",
            &request.to_string(),
        )
        .await
    }

    /// Stops the service and waits for its end.
    pub async fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(running) = self.running.take() {
            running.await.expect("an orderly end");
        }
    }
}

/// Issues a key, copies it, and closes its prompt.
pub async fn issue_key(
    registry: &Registry,
    environment: EnvironmentId,
    name: &str,
    permissions: Permissions,
) -> IssuedKey {
    let request = IssueRequest::new(
        environment,
        name,
        permissions,
        &format!("{environment}-{name}"),
    );
    let prompt = registry.issue(MAIN_WINDOW, &request).await.expect("a key");
    let text = prompt.plain.as_ref().expect("its text").to_string();
    registry
        .copy(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("a copy");
    registry
        .close(MAIN_WINDOW, &prompt.ticket)
        .await
        .expect("closed");
    IssuedKey {
        id: prompt.key.id,
        text,
    }
}
