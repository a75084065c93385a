//! Closes the window and quits without losing a key. While an uncopied key is on screen, quitting is blocked. While a
//! key is in the clipboard, or a gateway or the HTTP service is in use, the window asks for confirmation, because all
//! of them end with the program. Closing the window quits, unless gateways or the HTTP service keep running in the
//! tray.

use std::time::Duration;

use keystile_registry::{Registry, RegistryError, Ticket};
use tauri::{AppHandle, Manager, Runtime};

use crate::error::log_cause;
use crate::gateways::Gateways;
use crate::http_service::HttpServer;
use crate::shell::{Shell, WINDOW};
use crate::tray;
use crate::view::AppEvent;
use crate::watcher::emit_clipboard;
use crate::window;

/// After this time the program exits even if a clipboard or gateway hangs.
const EXIT_TIMEOUT: Duration = Duration::from_secs(3);

/// WebKit writes the page's local storage, which has the last place, up to 500 ms after a change.
const STORAGE_DELAY: Duration = Duration::from_millis(700);

/// A gateway or the HTTP service is in use if it handled a request within this time.
const IN_USE: Duration = Duration::from_secs(60);

/// Handles the user's request to quit. Returns immediately; the checks run on the async runtime.
pub(crate) fn request<R: Runtime>(app: AppHandle<R>) {
    tauri::async_runtime::spawn(async move { quit_unless_blocked(&app).await });
}

/// Handles the user's request to close the window. Returns immediately.
pub(crate) fn close_window<R: Runtime>(app: AppHandle<R>) {
    tauri::async_runtime::spawn(async move {
        if tray::keeps_running(&app).await {
            hide_unless_blocked(&app).await;
        } else {
            quit_unless_blocked(&app).await;
        }
    });
}

/// Hides the window in the tray. Its prompt is closed first, because nothing would clear the clipboard while one stays
/// open in a hidden window. The prompt of an uncopied key blocks that.
async fn hide_unless_blocked<R: Runtime>(app: &AppHandle<R>) {
    if let Some(ticket) = close_prompt(app).await {
        app.state::<Shell>().emit(AppEvent::CloseBlocked {
            ticket: ticket.as_str().to_owned(),
        });
        return;
    }
    tray::hide_window(app);
    // A key may have been issued meanwhile.
    let registry = app.state::<Shell>().open_registry();
    if registry.is_some_and(|registry| registry.open_prompt(WINDOW).is_some()) {
        window::show(app);
    }
}

/// Closes the window's prompt as its Close button does. Returns the ticket of a prompt that stays open.
async fn close_prompt<R: Runtime>(app: &AppHandle<R>) -> Option<Ticket> {
    let registry = app.state::<Shell>().open_registry()?;
    let ticket = registry.open_prompt(WINDOW)?;
    match registry.close(WINDOW, &ticket).await {
        Ok(_) => {
            app.state::<Shell>().emit(AppEvent::PromptClosed {
                ticket: ticket.as_str().to_owned(),
            });
            emit_clipboard(app, false);
            None
        }
        // The window closed it meanwhile.
        Err(RegistryError::UnknownTicket) => None,
        Err(RegistryError::NotCopied) => Some(ticket),
        Err(error) => {
            log_cause("closing the prompt before hiding the window", &error);
            Some(ticket)
        }
    }
}

async fn quit_unless_blocked<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    let event = match shell.open_registry() {
        None => None,
        Some(registry) => match uncopied_prompt(app).await {
            Some(ticket) => Some(AppEvent::CloseBlocked {
                ticket: ticket.as_str().to_owned(),
            }),
            None => confirmation(app, &registry).await,
        },
    };
    // Without a subscribed window the user cannot answer, and an uncopied key grants no access.
    if event.is_some_and(|event| shell.emit(event)) {
        // It may be hidden in the tray.
        window::show(app);
        return;
    }
    if let Err(error) = clear_clipboard(app).await {
        log_cause("clearing the clipboard before quitting", &error);
    }
    exit(app);
}

/// Returns the question to ask before quitting; `None` if nothing is lost.
async fn confirmation<R: Runtime>(app: &AppHandle<R>, registry: &Registry) -> Option<AppEvent> {
    let gateways = app.state::<Gateways>().serving(registry, IN_USE).await;
    let http_service = app.state::<HttpServer>().serving(IN_USE).await;
    let clears_clipboard = registry.clipboard_contains_key().await;
    (clears_clipboard || !gateways.is_empty() || http_service.is_some()).then(|| {
        AppEvent::ConfirmQuit {
            clears_clipboard,
            gateways,
            http_service: http_service.map(|address| address.to_string()),
        }
    })
}

/// Returns the ticket of the window's prompt if its key was not copied.
pub(crate) async fn uncopied_prompt<R: Runtime>(app: &AppHandle<R>) -> Option<Ticket> {
    let registry = app.state::<Shell>().open_registry()?;
    registry.uncopied_prompt(WINDOW).await
}

/// Removes our keys from the clipboard.
pub(crate) async fn clear_clipboard<R: Runtime>(app: &AppHandle<R>) -> Result<(), RegistryError> {
    match app.state::<Shell>().open_registry() {
        Some(registry) => registry.clear_clipboard().await,
        None => Ok(()),
    }
}

/// Hides the window, writes usage counts, stops all gateways and the HTTP service, and exits, after [`EXIT_TIMEOUT`] at
/// the latest.
pub(crate) fn exit<R: Runtime>(app: &AppHandle<R>) {
    std::thread::spawn(|| {
        std::thread::sleep(EXIT_TIMEOUT);
        tracing::warn!("shutdown timed out; exiting");
        std::process::exit(0);
    });
    if let Some(window) = app.get_webview_window(WINDOW)
        && let Err(error) = window.hide()
    {
        tracing::warn!(%error, "hiding the window failed");
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let storage = tokio::time::sleep(STORAGE_DELAY);
        app.state::<Shell>().write_usage().await;
        let (gateways, http_service) = (app.state::<Gateways>(), app.state::<HttpServer>());
        tokio::join!(gateways.stop_all(), http_service.stop(), storage);
        tray::remove(&app).await;
        app.exit(0);
    });
}
