//! Commands for projects.

use tauri::{AppHandle, Runtime, State};

use super::id;
use crate::error::CommandError;
use crate::shell::Shell;
use crate::view::{CreatedProject, EnvironmentInput, Project};

#[tauri::command]
pub(crate) async fn create_project<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    name: String,
    environment: Option<EnvironmentInput>,
) -> Result<CreatedProject, CommandError> {
    let input = environment
        .map(keystile_registry::EnvironmentInput::try_from)
        .transpose()?;
    Ok(shell
        .registry(&app)
        .await?
        .create_project(&name, input.as_ref())
        .await?
        .into())
}

#[tauri::command]
pub(crate) async fn list_projects<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
) -> Result<Vec<Project>, CommandError> {
    let projects = shell.registry(&app).await?.list_projects().await?;
    Ok(projects.into_iter().map(Project::from).collect())
}

#[tauri::command]
pub(crate) async fn rename_project<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    project_id: String,
    name: String,
) -> Result<Project, CommandError> {
    let id = id(&project_id, "project")?;
    Ok(shell
        .registry(&app)
        .await?
        .rename_project(&id, &name)
        .await?
        .into())
}

#[tauri::command]
pub(crate) async fn delete_project<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    project_id: String,
    confirmation: Option<String>,
) -> Result<(), CommandError> {
    let id = id(&project_id, "project")?;
    Ok(shell
        .registry(&app)
        .await?
        .delete_project(&id, confirmation.as_deref())
        .await?)
}
