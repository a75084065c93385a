//! Commands of the one-time prompt. Each is bound to the window that holds the ticket.

use keystile_registry::Ticket;
use tauri::{AppHandle, Runtime, State, Window};

use crate::error::Failure;
use crate::shell::Shell;
use crate::view::{ClosedPrompt, Prompt};
use crate::watch::tell_clipboard;

#[tauri::command]
pub(crate) async fn reveal_key<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    ticket: String,
) -> Result<Prompt, Failure> {
    let ticket = Ticket::from_text(&ticket);
    Ok(shell
        .registry(&app)
        .await?
        .reveal(window.label(), &ticket)
        .await?
        .into())
}

#[tauri::command]
pub(crate) async fn copy_key<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    ticket: String,
) -> Result<Prompt, Failure> {
    let ticket = Ticket::from_text(&ticket);
    let copied = shell
        .registry(&app)
        .await?
        .copy(window.label(), &ticket)
        .await?;
    tell_clipboard(&app, false).await;
    Ok(copied.into())
}

#[tauri::command]
pub(crate) async fn save_key<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    ticket: String,
) -> Result<Prompt, Failure> {
    let ticket = Ticket::from_text(&ticket);
    Ok(shell
        .registry(&app)
        .await?
        .save(window.label(), &ticket)
        .await?
        .into())
}

#[tauri::command]
pub(crate) async fn discard_key<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    ticket: String,
) -> Result<(), Failure> {
    let ticket = Ticket::from_text(&ticket);
    shell
        .registry(&app)
        .await?
        .discard(window.label(), &ticket)
        .await?;
    tell_clipboard(&app, false).await;
    Ok(())
}

#[tauri::command]
pub(crate) async fn close_prompt<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    ticket: String,
) -> Result<ClosedPrompt, Failure> {
    let ticket = Ticket::from_text(&ticket);
    let key = shell
        .registry(&app)
        .await?
        .close(window.label(), &ticket)
        .await?;
    tell_clipboard(&app, false).await;
    Ok(ClosedPrompt {
        project_id: key.project_id.to_string(),
        environment_id: key.environment_id.to_string(),
        key_id: key.id.to_string(),
    })
}
