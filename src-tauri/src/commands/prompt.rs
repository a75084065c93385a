//! Commands of the one-time prompt. Each is bound to the window that holds the ticket.

use keystile_registry::Ticket;
use tauri::{AppHandle, Runtime, State, Window};

use crate::error::Failure;
use crate::shell::Shell;
use crate::view::{ClosedPrompt, KeyCheck, Prompt};
use crate::watch::tell_clipboard;

/// `plain`: with the key, for a window that was loaded anew. A window that shows it already is sent it only once.
#[tauri::command]
pub(crate) async fn reveal_key<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    ticket: String,
    plain: bool,
) -> Result<Prompt, Failure> {
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
) -> Result<Prompt, Failure> {
    let ticket = Ticket::from_text(&ticket);
    let copied = shell
        .registry(&app)
        .await?
        .copy(window.label(), &ticket)
        .await;
    // Told in any case: a copy that failed late may still be in the clipboard.
    tell_clipboard(&app, false);
    Ok(Prompt::without_key(copied?))
}

/// What the copied key is answered, by the code that answers its callers.
#[tauri::command]
pub(crate) async fn check_key<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    ticket: String,
) -> Result<KeyCheck, Failure> {
    let ticket = Ticket::from_text(&ticket);
    let registry = shell.registry(&app).await?;
    let (key, text) = registry.prompted_text(window.label(), &ticket)?;
    let verifier = shell.verifier(&app).await?;
    let checked =
        keystile_gateway_control::dev::check_key(&verifier, &key.environment_id, &text).await;
    Ok(KeyCheck::of(&checked, key.permissions))
}

#[tauri::command]
pub(crate) async fn save_key<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    ticket: String,
) -> Result<Prompt, Failure> {
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
) -> Result<(), Failure> {
    let ticket = Ticket::from_text(&ticket);
    shell
        .registry(&app)
        .await?
        .discard(window.label(), &ticket)
        .await?;
    tell_clipboard(&app, false);
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
    tell_clipboard(&app, false);
    Ok(ClosedPrompt {
        project_id: key.project_id.to_string(),
        environment_id: key.environment_id.to_string(),
        key_id: key.id.to_string(),
    })
}
