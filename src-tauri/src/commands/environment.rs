//! Commands about environments.

use keystile_keys::Stage;
use tauri::{AppHandle, Runtime, State};

use super::id;
use crate::error::{Failure, log_cause};
use crate::gateways::Gateways;
use crate::live_list::DecisionFeed;
use crate::shell::Shell;
use crate::used;
use crate::view::{Environment, EnvironmentInput, EnvironmentPreview};

#[tauri::command]
pub(crate) async fn list_environments<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    project_id: String,
) -> Result<Vec<Environment>, Failure> {
    let id = id(&project_id, "project")?;
    let registry = shell.registry(&app).await?;
    let environments = registry.list_environments(&id).await?;
    Ok(used::environments(&registry, &id, environments).await)
}

#[tauri::command]
pub(crate) async fn preview_environment<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    name: String,
    stage: Option<Stage>,
    prefix: Option<String>,
    environment_id: Option<String>,
) -> Result<EnvironmentPreview, Failure> {
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
) -> Result<Environment, Failure> {
    let id = id(&project_id, "project")?;
    let fields = keystile_registry::EnvironmentInput::try_from(environment)?;
    let registry = shell.registry(&app).await?;
    let created = registry.create_environment(&id, &fields).await?;
    Ok(Environment::of(created, None))
}

#[tauri::command]
pub(crate) async fn edit_environment<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    gateways: State<'_, Gateways>,
    environment_id: String,
    environment: EnvironmentInput,
) -> Result<Environment, Failure> {
    let id = id(&environment_id, "environment")?;
    let fields = keystile_registry::EnvironmentInput::try_from(environment)?;
    let registry = shell.registry(&app).await?;
    let edited = registry.edit_environment(&id, &fields).await?;
    // Stored already: nothing passes until the gateway has reloaded, which it tries again by itself.
    if let Some(running) = gateways.of(&id).await
        && let Err(error) = running.reload().await
    {
        log_cause("reloading a gateway", &error);
    }
    Ok(used::environment(&registry, edited).await)
}

#[tauri::command]
pub(crate) async fn delete_environment<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    feed: State<'_, DecisionFeed>,
    environment_id: String,
    confirmation: Option<String>,
) -> Result<(), Failure> {
    let id = id(&environment_id, "environment")?;
    let registry = shell.registry(&app).await?;
    registry
        .delete_environment(&id, confirmation.as_deref())
        .await?;
    feed.forget(&id);
    Ok(())
}
