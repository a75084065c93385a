//! Looks, beside the window: has any process changed the database, is the clipboard due, is something to be swept? Told
//! to the window over its channel. No read here takes a lock while nothing changes.

use std::time::Duration;

use tauri::{AppHandle, Manager, Runtime};
use tokio::time::Instant;

use crate::error::Failure;
use crate::shell::Shell;
use crate::view::{Change, ClipboardHold, Problem};

/// How often the change counter is looked at; a third of a microsecond each.
const LOOK: Duration = Duration::from_millis(400);
/// How often dead processes and the keychain are looked for without a reason.
const SWEEP: Duration = Duration::from_secs(30);
/// How long a clipboard that could not be cleared is left alone.
const CLEAR_AGAIN: Duration = Duration::from_secs(5);

/// Opens the database while the window is still being drawn, then looks until the program ends.
pub(crate) fn begin<R: Runtime>(app: AppHandle<R>) {
    tauri::async_runtime::spawn(async move {
        // Its error is the answer to the window's `start`, which asks again.
        let _told_by_start = app.state::<Shell>().registry(&app).await;
        look(&app).await;
    });
}

/// The window has the focus again: a clipboard that could not be cleared without it may be cleared now.
pub(crate) fn look_again<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Some(registry) = app.state::<Shell>().open_registry().await
            && registry.is_clipboard_due()
        {
            clear_clipboard(&app).await;
        }
    });
}

/// Tells the window what the clipboard holds now.
pub(crate) async fn tell_clipboard<R: Runtime>(app: &AppHandle<R>, cleared: bool) {
    let shell = app.state::<Shell>();
    if let Some(registry) = shell.open_registry().await {
        let hold = registry.clipboard_hold().map(ClipboardHold::from);
        shell.tell(Change::Clipboard {
            hold,
            cleared,
            problem: None,
        });
    }
}

async fn look<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    let mut counter = None;
    let mut next_sweep = Instant::now();
    let mut next_clear = Instant::now();
    loop {
        let Some(registry) = shell.open_registry().await else {
            tokio::time::sleep(LOOK).await;
            continue;
        };
        let mut asked = false;
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = registry.sweep_wanted() => asked = true,
        }
        let now = registry.store().change_counter().ok();
        let changed = counter.is_some() && now != counter;
        counter = now;
        if changed {
            shell.tell(Change::Database);
        }
        if registry.is_clipboard_due() && Instant::now() >= next_clear {
            next_clear = Instant::now() + CLEAR_AGAIN;
            clear_clipboard(app).await;
        }
        if asked || changed || Instant::now() >= next_sweep {
            next_sweep = Instant::now() + SWEEP;
            sweep(&registry).await;
        }
    }
}

async fn sweep(registry: &keystile_registry::Registry) {
    if let Err(error) = registry.sweep().await {
        tracing::warn!(%error, "sweep");
    }
    if let Err(error) = registry.sweep_keychain().await {
        tracing::warn!(%error, "keychain sweep");
    }
}

async fn clear_clipboard<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    let Some(registry) = shell.open_registry().await else {
        return;
    };
    match registry.clear_clipboard().await {
        Ok(()) => tell_clipboard(app, true).await,
        Err(error) => {
            let hold = registry.clipboard_hold().map(ClipboardHold::from);
            let problem = Some(Problem::from(Failure::from(error)));
            shell.tell(Change::Clipboard {
                hold,
                cleared: false,
                problem,
            });
        }
    }
}
