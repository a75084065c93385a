//! Background work: detects changes of the database and of the request log, clears the clipboard when its countdown
//! ends, sweeps, and informs the window and, before keys expire, the user. While nothing changes, it takes no lock on the database.

use std::time::Duration;

use keystile_registry::Registry;
use keystile_store::CommitId;
use tauri::{AppHandle, Manager, Runtime};
use tokio::time::Instant;

use crate::change_reader::ChangeReader;
use crate::error::{CommandError, log_cause};
use crate::expiry_notices::ExpiryNotices;
use crate::gateways::Gateways;
use crate::shell::Shell;
use crate::view::{AppEvent, ChangedRows, ClipboardState, Problem};
use crate::window;

/// How often the change counters are read. One read takes 0.3 µs.
const POLL_INTERVAL: Duration = Duration::from_millis(250);
/// The time between two writes of the usage counts of this process while there are requests.
const USAGE_WRITE_INTERVAL: Duration = Duration::from_secs(5);
/// How often keys of dead processes and the keychain are swept without a change.
const SWEEP_INTERVAL: Duration = Duration::from_secs(30);
/// How often it is checked which keys expire soon. At the first time, the window has been shown.
const EXPIRY_INTERVAL: Duration = Duration::from_secs(10);
/// The delay between two attempts to clear the clipboard.
const CLEAR_RETRY_INTERVAL: Duration = Duration::from_secs(5);

/// Opens the database and starts the background work, which runs until the program exits.
pub(crate) fn start<R: Runtime>(app: AppHandle<R>) {
    tauri::async_runtime::spawn(async move {
        // The `start` command tries again and returns the error.
        let _reported_by_start = app.state::<Shell>().registry(&app).await;
        tokio::join!(
            watch(&app),
            watch_requests(&app),
            sweep_keychain(&app),
            watch_expiries(&app)
        );
    });
}

/// Clears the clipboard if that is due, because on some systems this works only while the window has the focus.
pub(crate) fn on_focus<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Some(registry) = app.state::<Shell>().open_registry()
            && registry.is_clipboard_clear_due()
        {
            clear_clipboard(&app).await;
        }
    });
}

/// Sends the clipboard state to the window.
pub(crate) fn emit_clipboard<R: Runtime>(app: &AppHandle<R>, cleared: bool) {
    let shell = app.state::<Shell>();
    if let Some(registry) = shell.open_registry() {
        let state = registry.clipboard_state().map(ClipboardState::from);
        shell.emit(AppEvent::Clipboard {
            state,
            cleared,
            problem: None,
        });
    }
}

async fn watch<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    // The commit of the last poll. The inner value is `None` while there is no database.
    let mut previous: Option<Option<CommitId>> = None;
    let mut changes = ChangeReader::default();
    let mut next_sweep = Instant::now();
    let mut next_clear = Instant::now();
    loop {
        let Some(registry) = shell.open_registry() else {
            tokio::time::sleep(POLL_INTERVAL).await;
            continue;
        };
        let mut is_requested = false;
        tokio::select! {
            () = tokio::time::sleep(POLL_INTERVAL) => {}
            () = registry.sweep_requested() => is_requested = true,
        }
        let current = last_commit(&registry).await;
        let is_first = previous.is_none();
        let is_changed = previous.is_some_and(|previous| previous != current);
        previous = Some(current);
        if is_first {
            // Later calls return what was committed since this one.
            changes.changed_rows(registry.store()).await;
        }
        if is_changed {
            let changed = changes.changed_rows(registry.store()).await;
            if !changed.as_ref().is_some_and(ChangedRows::is_empty) {
                shell.emit(AppEvent::Database { changed });
            }
        }
        if registry.is_clipboard_clear_due() && Instant::now() >= next_clear {
            next_clear = Instant::now() + CLEAR_RETRY_INTERVAL;
            clear_clipboard(app).await;
        }
        if is_requested || is_changed || Instant::now() >= next_sweep {
            next_sweep = Instant::now() + SWEEP_INTERVAL;
            if let Err(error) = registry.sweep().await {
                log_cause("sweeping", &error);
            }
            shell.keychain_sweep_requested.notify_one();
        }
    }
}

/// Tells the window about new requests of any process, and about the usage counts that follow from them. A hidden window
/// learns of both once, when it is shown.
async fn watch_requests<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    let gateways = app.state::<Gateways>();
    let mut previous: Option<Option<CommitId>> = None;
    let mut is_usage_unwritten = false;
    let (mut has_new_requests, mut has_new_usage) = (false, false);
    let mut next_write = Instant::now();
    loop {
        tokio::time::sleep(POLL_INTERVAL).await;
        let Some(registry) = shell.open_registry() else {
            continue;
        };
        gateways.note_requests().await;
        let current = registry.store().last_request_commit();
        let is_changed = previous.is_some_and(|previous| previous != current);
        previous = Some(current);
        if is_changed {
            has_new_requests = true;
            is_usage_unwritten = true;
        }
        if is_usage_unwritten && Instant::now() >= next_write {
            next_write = Instant::now() + USAGE_WRITE_INTERVAL;
            is_usage_unwritten = false;
            // Counts that could not be written stay in memory until the next write.
            shell.write_usage().await;
            has_new_usage = true;
        }
        if window::is_hidden(app) {
            continue;
        }
        if std::mem::take(&mut has_new_requests) {
            shell.emit(AppEvent::Requests);
        }
        if std::mem::take(&mut has_new_usage) {
            shell.emit(AppEvent::Usage);
        }
    }
}

/// Returns the last commit. If the database file was replaced, the new file is opened first.
async fn last_commit(registry: &Registry) -> Option<CommitId> {
    let store = registry.store();
    if let Ok(commit) = store.last_commit() {
        return Some(commit);
    }
    // Opens the file that is at the path now.
    store.read().await.ok()?;
    store.last_commit().ok()
}

/// Notifies the user before keys expire.
async fn watch_expiries<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    let mut notices = ExpiryNotices::default();
    loop {
        tokio::time::sleep(EXPIRY_INTERVAL).await;
        if let Some(registry) = shell.open_registry() {
            notices.check(app, &registry).await;
        }
    }
}

/// Runs separately from `watch`, because a keychain call can take 20 s to time out.
async fn sweep_keychain<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    loop {
        shell.keychain_sweep_requested.notified().await;
        if let Some(registry) = shell.open_registry()
            && let Err(error) = registry.sweep_keychain().await
        {
            log_cause("sweeping the keychain", &error);
        }
    }
}

async fn clear_clipboard<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    let Some(registry) = shell.open_registry() else {
        return;
    };
    match registry.clear_clipboard().await {
        Ok(()) => {
            shell.set_clipboard_problem(None);
            emit_clipboard(app, true);
        }
        Err(error) => {
            // A repeated failure is logged and reported once.
            let code = CommandError::from_diagnostic(&error).code;
            if shell.set_clipboard_problem(Some(code)) {
                shell.emit(AppEvent::Clipboard {
                    state: registry.clipboard_state().map(ClipboardState::from),
                    cleared: false,
                    problem: Some(Problem::from(CommandError::from(error))),
                });
            }
        }
    }
}
