//! What lives as long as the program: the registry once the database could be opened, and the window's ear. Commands
//! ask it for the registry; it opens the database at the first need and tries again as often as it is asked.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use keystile_keychain::Keychain;
use keystile_keys::Clock;
use keystile_registry::Registry;
use keystile_store::Store;
use keystile_verifier::Verifier;
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_sql::{DbInstances, DbPool};

use crate::clipboard::SystemClipboard;
use crate::error::{Failure, log_cause};
use crate::view::Change;

/// The window that Keystile has.
pub(crate) const WINDOW: &str = "main";

/// One a program.
#[derive(Default)]
pub(crate) struct Shell {
    registry: OnceLock<Arc<Registry>>,
    opening: tokio::sync::Mutex<()>,
    verifier: tokio::sync::OnceCell<Verifier>,
    ear: Mutex<Option<Channel<Change>>>,
    /// Why the clipboard could not be cleared the last time.
    clipboard_problem: Mutex<Option<&'static str>>,
    pub(crate) keychain_sweep_wanted: tokio::sync::Notify,
}

impl Shell {
    /// The registry, opening the database if that has not worked yet.
    pub(crate) async fn registry<R: Runtime>(
        &self,
        app: &AppHandle<R>,
    ) -> Result<Arc<Registry>, Failure> {
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
            .map_err(Failure::without_directory)?
            .join("store");
        let store = Store::open(&directory, "desktop").await?;
        // The plugin keeps the pool and closes it at exit; the window has no permission to use it.
        let instances = app.state::<DbInstances>();
        let url = format!("sqlite:{}", store.path().display());
        instances
            .0
            .write()
            .await
            .insert(url, DbPool::Sqlite(store.pool().clone()));
        let opened = Arc::new(Registry::new(
            store,
            Keychain::system(),
            Arc::new(SystemClipboard::new(app.clone())),
            Clock::system(),
        ));
        // A sweep that fails is tried again by the watch; the window can work without it.
        if let Err(error) = opened.sweep().await {
            log_cause("sweep at start", &error);
        }
        Ok(Arc::clone(self.registry.get_or_init(|| opened)))
    }

    /// The registry, if the database is open. Never waits: whoever wants to quit must not wait for a database.
    pub(crate) fn open_registry(&self) -> Option<Arc<Registry>> {
        self.registry.get().map(Arc::clone)
    }

    /// The verifier behind gateways and checks, opened at the first need: who only issues keys does without.
    pub(crate) async fn verifier<R: Runtime>(
        &self,
        app: &AppHandle<R>,
    ) -> Result<Verifier, Failure> {
        let registry = self.registry(app).await?;
        let directory = registry.store().directory();
        let opened = self.verifier.get_or_try_init(|| Verifier::open(directory));
        Ok(opened.await?.clone())
    }

    /// Writes down what was counted so far, if anything counts.
    pub(crate) async fn write_usage(&self) {
        if let Some(verifier) = self.verifier.get() {
            // The verifier has logged a failure.
            let _written = verifier.flush_usage().await;
        }
    }

    /// From now on this channel is told of changes. A reloaded window replaces the one before.
    pub(crate) fn listen(&self, channel: Channel<Change>) {
        *self.ear.lock().unwrap_or_else(PoisonError::into_inner) = Some(channel);
    }

    /// Tells the window. Says whether anybody listens.
    pub(crate) fn tell(&self, change: Change) -> bool {
        let ear = self.ear.lock().unwrap_or_else(PoisonError::into_inner);
        ear.as_ref()
            .is_some_and(|channel| channel.send(change).is_ok())
    }

    /// Remembers why the clipboard could not be cleared. Says whether that is news.
    pub(crate) fn set_clipboard_problem(&self, code: Option<&'static str>) -> bool {
        let mut known = self
            .clipboard_problem
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *known, code) != code
    }
}
