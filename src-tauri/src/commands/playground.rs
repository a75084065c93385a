//! Commands of the Playground: a request through the environment's gateway as any caller would send it, and the key that was
//! taken along from its prompt. A key that comes in here leaves in the request and nowhere else.

use keystile_gateway_control::dev::{TestRequest, send_test_request};
use keystile_keys::EnvironmentId;
use keystile_registry::Ticket;
use tauri::{AppHandle, Runtime, State, Window};
use zeroize::Zeroizing;

use super::id;
use crate::error::Failure;
use crate::gateways::Gateways;
use crate::shell::Shell;
use crate::view::{self, PlaygroundAnswer, PlaygroundKey, Trial};
use crate::watch::tell_clipboard;

/// `confirmed`: the user was asked whether production is meant.
#[tauri::command]
#[expect(
    clippy::too_many_arguments,
    reason = "each is a field of the form, and Tauri takes them one by one"
)]
pub(crate) async fn send_request<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    gateways: State<'_, Gateways>,
    environment_id: String,
    method: String,
    path: String,
    body: Option<String>,
    key: PlaygroundKey,
    confirmed: bool,
) -> Result<PlaygroundAnswer, Failure> {
    let id: EnvironmentId = id(&environment_id, "environment")?;
    let registry = shell.registry(&app).await?;
    registry
        .confirm_request(&id, &method, &path, confirmed)
        .await?;
    let running = gateways.of(&id).await;
    let running = running.ok_or_else(Failure::gateway_stopped)?;
    let address = running.address().tcp();
    let address = address.ok_or_else(Failure::gateway_stopped)?;
    let key = match key {
        PlaygroundKey::None => None,
        PlaygroundKey::Trial => Some(registry.trial_text(window.label(), &id)?),
        PlaygroundKey::Keychain { key_id } => {
            let key = super::id(&key_id, "key")?;
            Some(registry.keychain_text(key, &id).await?)
        }
        PlaygroundKey::Pasted { text } => {
            let text = Zeroizing::new(text);
            Some(Zeroizing::new(text.trim().to_owned()))
        }
    };
    let environment = registry.show_gateway(&id).await?.environment;
    let question = TestRequest {
        method: &method,
        path: &path,
        body,
        key: key.as_ref().map(|key| key.as_str()),
        key_location: &environment.key_location,
    };
    let reply = send_test_request(address, running.decisions(), question).await?;
    let decision = reply.decision.as_deref().map(view::Decision::of);
    Ok(PlaygroundAnswer::of(reply, decision))
}

#[tauri::command]
pub(crate) async fn try_key<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    ticket: String,
) -> Result<Trial, Failure> {
    let ticket = Ticket::from_text(&ticket);
    let trial = shell
        .registry(&app)
        .await?
        .try_key(window.label(), &ticket)
        .await?;
    tell_clipboard(&app, false);
    Ok(trial.into())
}

#[tauri::command]
pub(crate) async fn end_trial<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
) -> Result<(), Failure> {
    shell.registry(&app).await?.end_trial(window.label());
    Ok(())
}
