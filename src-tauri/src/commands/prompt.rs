//! Commands of the one-time prompt. A ticket works only in its window.

use keystile_registry::Ticket;
use tauri::{AppHandle, Runtime, State, Window};

use crate::error::CommandError;
use crate::shell::Shell;
use crate::view::{ClosedPrompt, KeyCheck, Prompt};
use crate::watcher::emit_clipboard;

/// Returns the open prompt. `plain`: with the plain key, which only a reloaded window needs.
#[tauri::command]
pub(crate) async fn reveal_key<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    ticket: String,
    plain: bool,
) -> Result<Prompt, CommandError> {
    let ticket = Ticket::from_text(&ticket);
    let prompt = shell
        .registry(&app)
        .await?
        .reveal(window.label(), &ticket)
        .await?;
    Ok(if plain {
        prompt.into()
    } else {
        Prompt::without_key(prompt)
    })
}

#[tauri::command]
pub(crate) async fn copy_key<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    ticket: String,
) -> Result<Prompt, CommandError> {
    let ticket = Ticket::from_text(&ticket);
    let copied = shell
        .registry(&app)
        .await?
        .copy(window.label(), &ticket)
        .await;
    // Also after an error: a write that timed out may still have filled the clipboard.
    emit_clipboard(&app, false);
    Ok(Prompt::without_key(copied?))
}

/// Verifies the copied key with the code that authorizes requests.
#[tauri::command]
pub(crate) async fn check_key<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    ticket: String,
) -> Result<KeyCheck, CommandError> {
    let ticket = Ticket::from_text(&ticket);
    let registry = shell.registry(&app).await?;
    let (key, text) = registry.copied_text(window.label(), &ticket)?;
    let verifier = shell.verifier(&app).await?;
    let check =
        keystile_gateway_control::dev::check_key(&verifier, &key.environment_id, &text).await;
    Ok(KeyCheck::new(&check, key.permissions))
}

#[tauri::command]
pub(crate) async fn save_key<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    ticket: String,
) -> Result<Prompt, CommandError> {
    let ticket = Ticket::from_text(&ticket);
    let saved = shell
        .registry(&app)
        .await?
        .save(window.label(), &ticket)
        .await?;
    Ok(Prompt::without_key(saved))
}

#[tauri::command]
pub(crate) async fn discard_key<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    ticket: String,
) -> Result<(), CommandError> {
    let ticket = Ticket::from_text(&ticket);
    shell
        .registry(&app)
        .await?
        .discard(window.label(), &ticket)
        .await?;
    emit_clipboard(&app, false);
    Ok(())
}

#[tauri::command]
pub(crate) async fn close_prompt<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    ticket: String,
) -> Result<ClosedPrompt, CommandError> {
    let ticket = Ticket::from_text(&ticket);
    let key = shell
        .registry(&app)
        .await?
        .close(window.label(), &ticket)
        .await?;
    emit_clipboard(&app, false);
    Ok(ClosedPrompt {
        project_id: key.project_id.to_string(),
        environment_id: key.environment_id.to_string(),
        key_id: key.id.to_string(),
    })
}
