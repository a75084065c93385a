//! Commands of the Playground: sending requests through the gateway, and the trial key. A key that arrives here is only
//! sent in the request.

use keystile_gateway::Decision;
use keystile_gateway_control::dev::{TestRequest, send_test_request};
use keystile_keys::EnvironmentId;
use keystile_registry::{Registry, Ticket};
use keystile_store::{RequestFilter, RequestRange, RequestRecord};
use tauri::{AppHandle, Runtime, State, Window};
use zeroize::Zeroizing;

use super::id;
use crate::error::CommandError;
use crate::gateways::Gateways;
use crate::shell::Shell;
use crate::view::{self, Header, PlaygroundKey, PlaygroundResponse, Trial};
use crate::watcher::emit_clipboard;

/// Newer requests among which the one of the Playground is looked up.
const MAX_CONCURRENT_REQUESTS: u32 = 200;

/// Sends a request through the environment's gateway. `confirmed`: the user confirmed a change of production data.
#[tauri::command]
#[expect(
    clippy::too_many_arguments,
    reason = "Tauri passes each field of the form as an argument"
)]
pub(crate) async fn send_request<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    gateways: State<'_, Gateways>,
    environment_id: String,
    method: String,
    path: String,
    headers: Vec<Header>,
    body: Option<String>,
    key: PlaygroundKey,
    confirmed: bool,
) -> Result<PlaygroundResponse, CommandError> {
    let id: EnvironmentId = id(&environment_id, "environment")?;
    let registry = shell.registry(&app).await?;
    registry
        .confirm_request(&id, &method, &path, confirmed)
        .await?;
    let gateway = gateways.get(&id).await;
    let gateway = gateway.ok_or_else(CommandError::gateway_stopped)?;
    let address = gateway.address().tcp();
    let address = address.ok_or_else(CommandError::gateway_stopped)?;
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
    let headers: Vec<_> = headers
        .into_iter()
        .map(|header| (header.name, header.value))
        .collect();
    let request = TestRequest {
        method: &method,
        path: &path,
        headers: &headers,
        body,
        key: key.as_ref().map(|key| key.as_str()),
        key_location: &environment.key_location,
    };
    let response = send_test_request(address, gateway.decisions(), request).await?;
    let decision = match response.decision.as_deref() {
        None => None,
        Some(decision) => {
            // Without it, the request is logged soon, but has no id yet.
            let _written = shell.verifier(&app).await?.flush_requests().await;
            let request_id = logged_id(&registry, &id, decision).await;
            Some(view::Decision::new(decision, request_id))
        }
    };
    Ok(PlaygroundResponse::new(response, decision))
}

/// Returns the id of a decision in the request log; `None` if it is not there.
async fn logged_id(
    registry: &Registry,
    environment: &EnvironmentId,
    decision: &Decision,
) -> Option<i64> {
    let newest = registry
        .store()
        .list_requests(
            environment,
            &RequestFilter::default(),
            RequestRange::Newest,
            MAX_CONCURRENT_REQUESTS,
        )
        .await
        .ok()?;
    let is_logged = |record: &RequestRecord| {
        (record.time, record.duration.as_micros()) == (decision.time, decision.duration.as_micros())
            && record.path == decision.path
    };
    newest
        .into_iter()
        .find(|request| is_logged(&request.record))
        .map(|request| request.id)
}

#[tauri::command]
pub(crate) async fn try_key<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    ticket: String,
) -> Result<Trial, CommandError> {
    let ticket = Ticket::from_text(&ticket);
    let trial = shell
        .registry(&app)
        .await?
        .try_key(window.label(), &ticket)
        .await?;
    emit_clipboard(&app, false);
    Ok(trial.into())
}

#[tauri::command]
pub(crate) async fn end_trial<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
) -> Result<(), CommandError> {
    shell.registry(&app).await?.end_trial(window.label());
    Ok(())
}
