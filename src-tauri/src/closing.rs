//! Closing the window and quitting never lose a key: with an uncopied key on screen they are refused, and with a key in
//! the clipboard they are asked about, because the clipboard ends with the program. The window shows both.

use tauri::{AppHandle, Manager, Runtime};

use crate::shell::{Shell, WINDOW};
use crate::view::Change;

/// The user wants to go. Answers at once; what follows happens beside the event loop.
pub(crate) fn ask<R: Runtime>(app: AppHandle<R>) {
    tauri::async_runtime::spawn(async move { consider(&app).await });
}

async fn consider<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    let Some(registry) = shell.open_registry().await else {
        return app.exit(0);
    };
    let refusal = if is_uncopied_key_shown(app).await {
        Change::CloseRefused
    } else if registry.does_clipboard_hold_key().await {
        Change::QuitAsked
    } else {
        return leave(app).await;
    };
    if !shell.tell(refusal) {
        // No window listens, so nobody can be asked. A key that was not copied opens nothing.
        leave(app).await;
    }
}

/// Whether this window shows a key that nobody has copied.
pub(crate) async fn is_uncopied_key_shown<R: Runtime>(app: &AppHandle<R>) -> bool {
    let Some(registry) = app.state::<Shell>().open_registry().await else {
        return false;
    };
    let Some(ticket) = registry.open_prompt(WINDOW) else {
        return false;
    };
    match registry.reveal(WINDOW, &ticket).await {
        Ok(prompt) => prompt.plain.is_some() && !prompt.is_copied(),
        // When the database does not say, the key on screen may be the only one.
        Err(_) => true,
    }
}

/// Clears the clipboard and ends the program.
pub(crate) async fn leave<R: Runtime>(app: &AppHandle<R>) {
    if let Some(registry) = app.state::<Shell>().open_registry().await
        && let Err(error) = registry.clear_clipboard().await
    {
        tracing::warn!(%error, "the clipboard was not cleared on quitting");
    }
    app.exit(0);
}
