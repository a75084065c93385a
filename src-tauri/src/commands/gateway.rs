//! Commands for gateways.

use keystile_registry::{RouteRuleInput, route_rules};
use tauri::{AppHandle, Manager, Runtime, State};

use super::id;
use crate::error::CommandError;
use crate::gateways::{self, Gateways};
use crate::shell::Shell;
use crate::view::{CreatedSample, Environment, Gateway, GatewayChanges, RouteRule, RouteTest};

#[tauri::command]
pub(crate) async fn show_gateway<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    gateways: State<'_, Gateways>,
    environment_id: String,
) -> Result<Gateway, CommandError> {
    let id = id(&environment_id, "environment")?;
    let stored = shell.registry(&app).await?.show_gateway(&id).await?;
    Ok(gateways.view(stored).await)
}

#[tauri::command]
pub(crate) async fn start_gateway<R: Runtime>(
    app: AppHandle<R>,
    environment_id: String,
    port: Option<u16>,
) -> Result<Gateway, CommandError> {
    gateways::start_gateway(&app, &id(&environment_id, "environment")?, port).await
}

#[tauri::command]
pub(crate) async fn stop_gateway<R: Runtime>(
    app: AppHandle<R>,
    environment_id: String,
) -> Result<Gateway, CommandError> {
    gateways::stop_gateway(&app, &id(&environment_id, "environment")?).await
}

#[tauri::command]
pub(crate) async fn edit_gateway<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    environment_id: String,
    changes: GatewayChanges,
) -> Result<Gateway, CommandError> {
    let id = id(&environment_id, "environment")?;
    let stored = shell
        .registry(&app)
        .await?
        .edit_gateway(&id, &changes.into(), None)
        .await?;
    let gateways = app.state::<Gateways>();
    if let Some(running) = gateways.get(&id).await {
        running.reload().await?;
    }
    Ok(gateways.view(stored).await)
}

/// Returns the access that a request requires under these rules, which need not be stored.
#[tauri::command]
pub(crate) async fn test_route(
    rules: Vec<RouteRule>,
    method: String,
    path: String,
) -> Result<RouteTest, CommandError> {
    let inputs: Vec<_> = rules.into_iter().map(RouteRuleInput::from).collect();
    RouteTest::new(&route_rules(&inputs)?, &method, &path).ok_or_else(CommandError::invalid_request)
}

/// Creates a sample project and starts its gateway. If the start fails, the project is created all the same; its
/// Gateway tab shows the reason.
#[tauri::command]
pub(crate) async fn create_sample<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
) -> Result<CreatedSample, CommandError> {
    let (project, environment) = shell.registry(&app).await?.create_sample().await?;
    if let Err(error) = gateways::start_gateway(&app, &environment.id, None).await {
        tracing::warn!(code = error.code, "starting the sample gateway failed");
    }
    Ok(CreatedSample {
        project: project.into(),
        environment: Environment::new(environment, None),
    })
}
