//! Looks, beside the window: has any process changed the database, is the clipboard due, is something to be swept? Told
//! to the window over its channel. No read here takes a lock while nothing changes.

use std::time::Duration;

use keystile_registry::Registry;
use keystile_store::CommitId;
use tauri::{AppHandle, Manager, Runtime};
use tokio::time::Instant;

use crate::error::{Failure, log_cause};
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
        tokio::join!(look(&app), look_at_keychain(&app));
    });
}

/// The window has the focus again: a clipboard that could not be cleared without it may be cleared now.
pub(crate) fn look_again<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Some(registry) = app.state::<Shell>().open_registry()
            && registry.is_clipboard_due()
        {
            clear_clipboard(&app).await;
        }
    });
}

/// Tells the window what the clipboard holds now.
pub(crate) fn tell_clipboard<R: Runtime>(app: &AppHandle<R>, cleared: bool) {
    let shell = app.state::<Shell>();
    if let Some(registry) = shell.open_registry() {
        let hold = registry.clipboard_state().map(ClipboardHold::from);
        shell.tell(Change::Clipboard {
            hold,
            cleared,
            problem: None,
        });
    }
}

async fn look<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    // What the last look found; the inner value is absent while the database is.
    let mut seen: Option<Option<CommitId>> = None;
    let mut next_sweep = Instant::now();
    let mut next_clear = Instant::now();
    loop {
        let Some(registry) = shell.open_registry() else {
            tokio::time::sleep(LOOK).await;
            continue;
        };
        let mut asked = false;
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = registry.sweep_wanted() => asked = true,
        }
        let now = last_commit(&registry).await;
        let changed = seen.is_some_and(|seen| seen != now);
        seen = Some(now);
        if changed {
            shell.tell(Change::Database);
        }
        if registry.is_clipboard_due() && Instant::now() >= next_clear {
            next_clear = Instant::now() + CLEAR_AGAIN;
            clear_clipboard(app).await;
        }
        if asked || changed || Instant::now() >= next_sweep {
            next_sweep = Instant::now() + SWEEP;
            if let Err(error) = registry.sweep().await {
                log_cause("sweep", &error);
            }
            shell.keychain_sweep_wanted.notify_one();
        }
    }
}

/// The last commit, after a file that took the place of the database was opened; `None` while there is no database.
async fn last_commit(registry: &Registry) -> Option<CommitId> {
    let store = registry.store();
    if let Ok(commit) = store.last_commit() {
        return Some(commit);
    }
    // Opens the file that is there now.
    store.read().await.ok()?;
    store.last_commit().ok()
}

/// Beside the other loop, because a keychain may take 20 s to say nothing. What is wanted meanwhile is done afterwards.
async fn look_at_keychain<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    loop {
        shell.keychain_sweep_wanted.notified().await;
        if let Some(registry) = shell.open_registry()
            && let Err(error) = registry.sweep_keychain().await
        {
            log_cause("keychain sweep", &error);
        }
    }
}

async fn clear_clipboard<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    let Some(registry) = shell.open_registry() else {
        return;
    };
    let problem = registry.clear_clipboard().await.err();
    let is_news = shell.set_clipboard_problem(problem.as_ref().map(|error| error.code()));
    match problem {
        None => tell_clipboard(app, true),
        Some(error) if is_news => {
            let hold = registry.clipboard_state().map(ClipboardHold::from);
            shell.tell(Change::Clipboard {
                hold,
                cleared: false,
                problem: Some(Problem::from(Failure::from(error))),
            });
        }
        // Said and logged once; it is tried again.
        Some(_) => {}
    }
}
