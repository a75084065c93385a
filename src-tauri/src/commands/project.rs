//! Commands about projects.

use keystile_registry::EnvironmentFields;
use serde::Deserialize;
use tauri::{AppHandle, Runtime, State};

use super::id;
use crate::error::Failure;
use crate::shell::Shell;
use crate::view::{CreatedProject, Project, Stage};

/// The first environment of a new project, as its form sends it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewEnvironment {
    name: String,
    stage: Stage,
    prefix: Option<String>,
    endpoint: Option<String>,
}

#[tauri::command]
pub(crate) async fn create_project<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    name: String,
    environment: Option<NewEnvironment>,
) -> Result<CreatedProject, Failure> {
    let fields = environment.map(|new| EnvironmentFields {
        name: new.name,
        stage: new.stage.into(),
        prefix: new.prefix,
        endpoint: new.endpoint,
        key_location: None,
    });
    Ok(shell
        .registry(&app)
        .await?
        .create_project(&name, fields.as_ref())
        .await?
        .into())
}

#[tauri::command]
pub(crate) async fn list_projects<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
) -> Result<Vec<Project>, Failure> {
    let projects = shell.registry(&app).await?.list_projects().await?;
    Ok(projects.into_iter().map(Project::from).collect())
}

#[tauri::command]
pub(crate) async fn rename_project<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    project_id: String,
    name: String,
) -> Result<Project, Failure> {
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
) -> Result<(), Failure> {
    let id = id(&project_id, "project")?;
    Ok(shell
        .registry(&app)
        .await?
        .delete_project(&id, confirmation.as_deref())
        .await?)
}
