//! The state of the app: the registry, the verifier, and the window's event channel. The database is opened on first
//! use; if that fails, the next use tries again.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use keystile_keychain::Keychain;
use keystile_keys::Clock;
use keystile_registry::Registry;
use keystile_store::{Store, StorePool};
use keystile_verifier::Verifier;
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_sql::{DbInstances, DbPool};

use crate::clipboard::SystemClipboard;
use crate::error::{CommandError, log_cause};
use crate::view::AppEvent;

/// The label of the window.
pub(crate) const WINDOW: &str = "main";

/// The state that commands and background tasks share.
#[derive(Default)]
pub(crate) struct Shell {
    registry: OnceLock<Arc<Registry>>,
    opening: tokio::sync::Mutex<()>,
    verifier: tokio::sync::OnceCell<Verifier>,
    events: Mutex<Option<Channel<AppEvent>>>,
    /// The code of the last error of clearing the clipboard.
    clipboard_problem: Mutex<Option<String>>,
    pub(crate) keychain_sweep_requested: tokio::sync::Notify,
    /// A gateway or the HTTP service started or stopped.
    pub(crate) running_changed: tokio::sync::Notify,
}

impl Shell {
    /// Returns the registry. Opens the database if it is not open.
    ///
    /// # Errors
    /// If the database cannot be opened.
    pub(crate) async fn registry<R: Runtime>(
        &self,
        app: &AppHandle<R>,
    ) -> Result<Arc<Registry>, CommandError> {
        if let Some(registry) = self.open_registry() {
            return Ok(registry);
        }
        let _one_at_a_time = self.opening.lock().await;
        if let Some(registry) = self.open_registry() {
            return Ok(registry);
        }
        let directory = app
            .path()
            .app_data_dir()
            .map_err(CommandError::no_data_directory)?
            .join("store");
        let store = Store::open(&directory, "desktop").await?;
        // The plugin closes the pool at exit. The window has no permission to use the plugin.
        let instances = app.state::<DbInstances>();
        let pool = match store.pool() {
            StorePool::Sqlite(pool) => DbPool::Sqlite(pool),
            StorePool::Postgres(pool) => DbPool::Postgres(pool),
        };
        let name = store.directory().display().to_string();
        instances.0.write().await.insert(name, pool);
        let opened = Arc::new(Registry::new(
            store,
            Keychain::system(),
            Arc::new(SystemClipboard::new(app.clone())),
            Clock::system(),
        ));
        // The watcher repeats a sweep that failed.
        if let Err(error) = opened.sweep().await {
            log_cause("sweeping at start", &error);
        }
        Ok(Arc::clone(self.registry.get_or_init(|| opened)))
    }

    /// Returns the registry if the database is open. Does not wait, so that quitting never waits for the database.
    pub(crate) fn open_registry(&self) -> Option<Arc<Registry>> {
        self.registry.get().map(Arc::clone)
    }

    /// Returns the verifier for gateways and key checks. It is opened on first use.
    ///
    /// # Errors
    /// If the database or the verifier cannot be opened.
    pub(crate) async fn verifier<R: Runtime>(
        &self,
        app: &AppHandle<R>,
    ) -> Result<Verifier, CommandError> {
        let registry = self.registry(app).await?;
        let directory = registry.store().directory();
        let opened = self.verifier.get_or_try_init(|| Verifier::open(directory));
        Ok(opened.await?.clone())
    }

    /// Returns the number of requests that are missing in the request log.
    pub(crate) fn unlogged_requests(&self) -> u64 {
        let verifier = self.verifier.get();
        verifier.map_or(0, |verifier| verifier.metrics().unlogged_requests)
    }

    /// Writes usage counts and request log, if the verifier is open.
    pub(crate) async fn write_usage(&self) {
        if let Some(verifier) = self.verifier.get() {
            // The verifier logs errors.
            let _result = verifier.flush().await;
        }
    }

    /// Sends events to this channel. A reloaded window replaces the previous channel.
    pub(crate) fn subscribe(&self, channel: Channel<AppEvent>) {
        *self.events.lock().unwrap_or_else(PoisonError::into_inner) = Some(channel);
    }

    /// Sends an event to the window and returns whether a window is subscribed.
    pub(crate) fn emit(&self, event: AppEvent) -> bool {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events
            .as_ref()
            .is_some_and(|channel| channel.send(event).is_ok())
    }

    /// Stores the error code of clearing the clipboard and returns whether it changed.
    pub(crate) fn set_clipboard_problem(&self, code: Option<String>) -> bool {
        let mut previous = self
            .clipboard_problem
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let is_changed = *previous != code;
        *previous = code;
        is_changed
    }
}
