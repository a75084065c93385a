//! The state that the requests of the admin API share: the registry, the tokens, and the keys that wait for their
//! confirmation.

use std::sync::Arc;
use std::time::Duration;

use keystile_keychain::Keychain;
use keystile_keys::Clock;
use keystile_registry::{Clipboard, ClipboardError, Fingerprint, Registry, RegistryError};
use keystile_service::AdminTokens;
use keystile_store::Store;

use crate::confirmations::Confirmations;

/// How often keys are swept that could not be revoked when their confirmation was due.
const SWEEP_INTERVAL: Duration = Duration::from_secs(30);

/// The settings of the admin API.
#[derive(Debug, Clone)]
pub struct AdminSettings {
    /// The tokens of its clients.
    pub tokens: AdminTokens,
    /// How long a client may take to confirm that it has stored a key.
    pub confirm_within: Duration,
    /// How long the body of a request may take.
    pub body_timeout: Duration,
}

impl AdminSettings {
    /// Creates settings with the defaults: 60 s for a confirmation, 10 s for a body.
    pub fn new(tokens: AdminTokens) -> Self {
        Self {
            tokens,
            confirm_within: Duration::from_secs(60),
            body_timeout: Duration::from_secs(10),
        }
    }
}

/// The admin API on one store. Cloning is cheap.
#[derive(Clone)]
pub struct AdminApi {
    pub(crate) registry: Arc<Registry>,
    pub(crate) settings: AdminSettings,
    pub(crate) confirmations: Arc<Confirmations>,
    /// Held from the creation of a key until its confirmation is awaited, so that a repeated request finds both.
    pub(crate) issuing: Arc<tokio::sync::Mutex<()>>,
}

impl std::fmt::Debug for AdminApi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AdminApi")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// Stands for the client, which has the key from the response. A key is copied when its client confirms that.
struct Client;

impl Clipboard for Client {
    fn write_secret(&self, _text: &str) -> Result<(), ClipboardError> {
        Ok(())
    }

    fn contains_any(&self, _texts: &[Fingerprint]) -> Result<bool, ClipboardError> {
        Ok(false)
    }

    fn clear(&self, _texts: &[Fingerprint]) -> Result<(), ClipboardError> {
        Ok(())
    }
}

impl AdminApi {
    /// Creates the API.
    pub fn new(store: Store, settings: AdminSettings) -> Self {
        let registry = Registry::new(store, Keychain::system(), Arc::new(Client), Clock::system());
        Self {
            registry: Arc::new(registry),
            settings,
            confirmations: Arc::default(),
            issuing: Arc::default(),
        }
    }

    /// Returns the projects that tokens are for and that do not exist.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn unknown_projects(&self) -> Result<Vec<String>, RegistryError> {
        let mut unknown = Vec::new();
        for project in self.settings.tokens.projects() {
            if self.registry.find_project(project).await?.is_none() {
                unknown.push(project.to_owned());
            }
        }
        Ok(unknown)
    }

    /// Revokes the keys that a failure has left unclaimed, until it is dropped.
    pub async fn sweep(&self) {
        loop {
            if let Err(error) = self.registry.sweep().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "sweeping unclaimed keys failed"
                );
            }
            // Whichever is first: the next interval, or an operation that leaves work.
            let _elapsed =
                tokio::time::timeout(SWEEP_INTERVAL, self.registry.sweep_requested()).await;
        }
    }
}
