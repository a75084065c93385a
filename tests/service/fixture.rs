//! A database with a project, two environments and three keys, and the service over it on a port of its own. The names
//! need escaping in headers and paths on purpose.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use keystile_keychain::Keychain;
use keystile_keys::{Clock, EnvironmentId, KeyId, Permissions, Stage};
use keystile_registry::{EnvironmentInput, IssueRequest, Registry};
use keystile_service::{Server, Settings};
use keystile_store::Store;
use keystile_verifier::Verifier;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::caller::{Reply, call};
use crate::clipboard::Taker;

pub(crate) const PROJECT: &str = "Größe & Co";
pub(crate) const ENVIRONMENT_NAME: &str = "Größe & Co/staging";
/// The project and the environment as a path writes them.
pub(crate) const ENVIRONMENT_PATH: &str = "Gr%C3%B6%C3%9Fe%20%26%20Co/staging";

const WINDOW: &str = "main";

pub(crate) struct IssuedKey {
    pub(crate) id: KeyId,
    pub(crate) text: String,
}

pub(crate) struct ServiceFixture {
    pub(crate) registry: Registry,
    pub(crate) address: SocketAddr,
    pub(crate) environment: EnvironmentId,
    pub(crate) read_key: IssuedKey,
    pub(crate) write_key: IssuedKey,
    /// May write, in another environment of the project.
    pub(crate) other_environment_key: IssuedKey,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<()>>,
    directory: TempDir,
}

pub(crate) fn local_settings() -> Settings {
    Settings::new(SocketAddr::from(([127, 0, 0, 1], 0)))
}

impl ServiceFixture {
    pub(crate) async fn new() -> Self {
        Self::with_settings(local_settings()).await
    }

    pub(crate) async fn with_settings(settings: Settings) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("keystile");
        let store = Store::open(&path, "test").await.expect("a store");
        let keychain = Keychain::with_opener(|| Err(keyring_core::Error::NoDefaultStore));
        let registry = Registry::new(store, keychain, Arc::new(Taker), Clock::system());
        let created = registry
            .create_project(PROJECT, Some(&fields("staging")))
            .await
            .expect("a project");
        let environment = created.environment.expect("an environment").id;
        let other = registry
            .create_environment(&created.project.id, &fields("other"))
            .await
            .expect("an environment");
        let read_key = issue_key(&registry, environment, "ci reader", Permissions::READ).await;
        let write_key = issue_key(
            &registry,
            environment,
            "écrire\u{20ac}",
            Permissions::READ_WRITE,
        )
        .await;
        let other_environment_key =
            issue_key(&registry, other.id, "elsewhere", Permissions::READ_WRITE).await;
        let verifier = Verifier::open(&path).await.expect("a verifier");
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
            directory,
        }
    }

    pub(crate) fn store_path(&self) -> PathBuf {
        self.directory.path().join("keystile")
    }

    /// A folder beside the database, for programs that need one.
    pub(crate) fn create_dir(&self, name: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        path
    }

    pub(crate) async fn revoke_key(&self, id: KeyId) {
        let row = self.registry.revoke(id, None).await;
        if row.is_err() {
            // Production keys and such want their name as confirmation.
            let name = self.name_of(id).await;
            self.registry
                .revoke(id, Some(&name))
                .await
                .expect("revoked");
        }
    }

    async fn name_of(&self, id: KeyId) -> String {
        let keys = self
            .registry
            .list_keys(&self.environment)
            .await
            .expect("keys");
        let key = keys.into_iter().find(|key| key.id == id).expect("the key");
        key.name.to_string()
    }

    /// Sends a request whose head is complete but for Host and the end.
    pub(crate) async fn send(&self, head: &str) -> Reply {
        self.send_with_body(head, "").await
    }

    /// As [`ServiceFixture::ask`], with a body.
    pub(crate) async fn send_with_body(&self, head: &str, body: &str) -> Reply {
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

    /// `/v1/verify` with this JSON.
    pub(crate) async fn post_verify(&self, question: &serde_json::Value) -> Reply {
        self.send_with_body(
            "POST /v1/verify\r\nContent-Type: application/json",
            &question.to_string(),
        )
        .await
    }

    /// Says stop and waits for the end.
    pub(crate) async fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(running) = self.running.take() {
            running.await.expect("an orderly end");
        }
    }
}

fn fields(name: &str) -> EnvironmentInput {
    EnvironmentInput {
        name: name.to_owned(),
        stage: Stage::Staging,
        prefix: None,
        endpoint: None,
        key_location: None,
    }
}

/// A key that was copied.
pub(crate) async fn issue_key(
    registry: &Registry,
    environment: EnvironmentId,
    name: &str,
    permissions: Permissions,
) -> IssuedKey {
    let request = IssueRequest {
        environment_id: environment,
        name: name.to_owned(),
        permissions,
        idempotency_key: format!("{environment}-{name}"),
    };
    let prompt = registry.issue(WINDOW, &request).await.expect("a key");
    let text = prompt.plain.as_ref().expect("its text").to_string();
    registry.copy(WINDOW, &prompt.ticket).await.expect("a copy");
    registry
        .close(WINDOW, &prompt.ticket)
        .await
        .expect("closed");
    IssuedKey {
        id: prompt.key.id,
        text,
    }
}
