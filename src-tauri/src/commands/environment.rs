//! Commands for environments.

use keystile_keys::{Stage, Timestamp};
use keystile_link::Link;
use keystile_registry::RegistryError;
use tauri::{AppHandle, Runtime, State};

use super::id;
use crate::error::{CommandError, log_cause};
use crate::gateways::Gateways;
use crate::shell::Shell;
use crate::view::{
    Environment, EnvironmentActivity, EnvironmentChanges, EnvironmentDetail, EnvironmentInput,
    EnvironmentPreview,
};
use crate::with_usage;

#[tauri::command]
pub(crate) async fn list_environments<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    project_id: String,
) -> Result<Vec<Environment>, CommandError> {
    let id = id(&project_id, "project")?;
    let registry = shell.registry(&app).await?;
    let environments = registry.list_environments(&id).await?;
    Ok(with_usage::environments(&registry, &id, environments).await)
}

#[tauri::command]
pub(crate) async fn preview_environment<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    name: String,
    stage: Option<Stage>,
    prefix: Option<String>,
    environment_id: Option<String>,
) -> Result<EnvironmentPreview, CommandError> {
    let environment = environment_id
        .map(|text| id(&text, "environment"))
        .transpose()?;
    let registry = shell.registry(&app).await?;
    let preview = registry
        .preview_environment(&name, stage, prefix.as_deref(), environment.as_ref())
        .await?;
    Ok(preview.into())
}

#[tauri::command]
pub(crate) async fn create_environment<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    project_id: String,
    environment: EnvironmentInput,
) -> Result<Environment, CommandError> {
    let id = id(&project_id, "project")?;
    let input = keystile_registry::EnvironmentInput::try_from(environment)?;
    let registry = shell.registry(&app).await?;
    let created = registry.create_environment(&id, &input).await?;
    Ok(Environment::new(created, None))
}

#[tauri::command]
pub(crate) async fn edit_environment<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    gateways: State<'_, Gateways>,
    environment_id: String,
    changes: EnvironmentChanges,
) -> Result<Environment, CommandError> {
    let id = id(&environment_id, "environment")?;
    let changes = keystile_registry::EnvironmentChanges::try_from(changes)?;
    let registry = shell.registry(&app).await?;
    let edited = registry.edit_environment(&id, &changes).await?;
    // The change is stored. The gateway rejects requests until it has reloaded, and retries by itself.
    if let Some(running) = gateways.get(&id).await
        && let Err(error) = running.reload().await
    {
        log_cause("reloading a gateway", &error);
    }
    Ok(with_usage::environment(&registry, edited).await)
}

#[tauri::command]
pub(crate) async fn delete_environment<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    environment_id: String,
    confirmation: Option<String>,
) -> Result<(), CommandError> {
    let id = id(&environment_id, "environment")?;
    let registry = shell.registry(&app).await?;
    registry
        .delete_environment(&id, confirmation.as_deref())
        .await?;
    Ok(())
}

/// Returns the requests with keys of an environment since a time, and its idle keys.
#[tauri::command]
pub(crate) async fn environment_activity<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    environment_id: String,
    since: i64,
) -> Result<EnvironmentActivity, CommandError> {
    let id = id(&environment_id, "environment")?;
    let registry = shell.registry(&app).await?;
    let since = Timestamp::from_millis(since);
    Ok(registry.activity_of(&id, since).await?.into())
}

/// Copies a detail of an environment, because the window has no access to the clipboard.
#[tauri::command]
pub(crate) async fn copy_environment_detail<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    gateways: State<'_, Gateways>,
    environment_id: String,
    detail: EnvironmentDetail,
) -> Result<(), CommandError> {
    let id = id(&environment_id, "environment")?;
    let registry = shell.registry(&app).await?;
    let stored = registry.show_gateway(&id).await?;
    let text = match detail {
        EnvironmentDetail::Prefix => stored.environment.prefix.as_str().to_owned(),
        EnvironmentDetail::Endpoint => stored
            .environment
            .endpoint
            .ok_or(RegistryError::NoEndpoint)?,
        EnvironmentDetail::GatewayUrl => gateways
            .url(&stored)
            .await
            .ok_or(RegistryError::NoEndpoint)?,
        EnvironmentDetail::Link => Link::to_environment(&stored.environment, None).to_string(),
    };
    Ok(registry.copy_text(text).await?)
}
