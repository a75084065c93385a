//! Links that other programs open: `keystile open`, a browser, or a document. A link is untrusted: the window only goes
//! to the place it names, and only when no prompt or dialog is open. The last link replaces one that still waits.

use std::sync::{Mutex, PoisonError};

use keystile_link::{InvalidLink, Link};
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_deep_link::DeepLinkExt;

use crate::shell::Shell;
use crate::view::AppEvent;
use crate::window;

/// The link that the window has not taken yet.
#[derive(Default)]
pub(crate) struct WaitingLink(Mutex<Option<Result<Link, InvalidLink>>>);

impl WaitingLink {
    /// Returns whether a link waits.
    pub(crate) fn is_some(&self) -> bool {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.is_some()
    }

    /// Removes the link and returns it.
    pub(crate) fn take(&self) -> Option<Result<Link, InvalidLink>> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.take()
    }

    fn set(&self, link: Result<Link, InvalidLink>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(link);
    }
}

/// Keeps the link that started the program, and opens those that arrive later.
pub(crate) fn receive<R: Runtime>(app: &AppHandle<R>) {
    let links = app.deep_link();
    if let Ok(Some(urls)) = links.get_current()
        && let Some(url) = urls.last()
    {
        app.state::<WaitingLink>().set(url.as_str().parse());
    }
    let handle = app.clone();
    links.on_open_url(move |event| {
        if let Some(url) = event.urls().last() {
            open(&handle, url.as_str().parse());
        }
    });
}

/// Shows the window and lets it take the link.
pub(crate) fn open<R: Runtime>(app: &AppHandle<R>, link: Result<Link, InvalidLink>) {
    app.state::<WaitingLink>().set(link);
    window::show(app);
    // Without a subscribed window, the window takes the link at its start.
    app.state::<Shell>().emit(AppEvent::Link);
}
