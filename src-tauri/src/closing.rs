//! Closing the window and quitting never lose a key: with an uncopied key on screen they are refused, and with a key in
//! the clipboard they are asked about, because the clipboard ends with the program. The window shows both.

use std::time::Duration;

use keystile_registry::{RegistryError, Ticket};
use tauri::{AppHandle, Manager, Runtime};

use crate::error::log_cause;
use crate::gateways::Gateways;
use crate::shell::{Shell, WINDOW};
use crate::view::Change;

/// How long the program may take to end. A clipboard owner that hangs must not keep it alive.
const END_LIMIT: Duration = Duration::from_secs(3);

/// The user wants to go. Answers at once; what follows happens beside the event loop.
pub(crate) fn ask<R: Runtime>(app: AppHandle<R>) {
    tauri::async_runtime::spawn(async move { consider(&app).await });
}

async fn consider<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    let refusal = match shell.open_registry() {
        None => None,
        Some(registry) => match uncopied_prompt(app).await {
            Some(ticket) => Some(Change::CloseRefused {
                ticket: ticket.as_str().to_owned(),
            }),
            None if registry.does_clipboard_hold_key().await => Some(Change::QuitAsked),
            None => None,
        },
    };
    // Where no window listens nobody can be asked, and a key that was not copied opens nothing.
    if refusal.is_some_and(|refusal| shell.tell(refusal)) {
        return;
    }
    if let Err(error) = clear(app).await {
        log_cause("clearing the clipboard on quitting", &error);
    }
    end(app);
}

/// The prompt this window shows of a key that nobody has copied.
pub(crate) async fn uncopied_prompt<R: Runtime>(app: &AppHandle<R>) -> Option<Ticket> {
    let registry = app.state::<Shell>().open_registry()?;
    registry.uncopied_prompt(WINDOW).await
}

/// Takes our keys out of the clipboard before the program ends.
pub(crate) async fn clear<R: Runtime>(app: &AppHandle<R>) -> Result<(), RegistryError> {
    match app.state::<Shell>().open_registry() {
        Some(registry) => registry.clear_clipboard().await,
        None => Ok(()),
    }
}

/// Ends the program, at the latest when the limit has passed.
pub(crate) fn end<R: Runtime>(app: &AppHandle<R>) {
    std::thread::spawn(|| {
        std::thread::sleep(END_LIMIT);
        tracing::warn!("the program did not end by itself");
        std::process::exit(0);
    });
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        // What does not finish within the limit is cut off; a gateway must not keep the program alive.
        app.state::<Shell>().write_usage().await;
        app.state::<Gateways>().stop_all().await;
        app.exit(0);
    });
}
