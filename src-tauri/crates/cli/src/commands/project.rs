//! `project list`, `create`, `show`, `rename`, and `delete`.

use std::path::Path;
use std::sync::Arc;

use keystile_registry::{Field, NoClipboard, Registry, parse_name};
use keystile_store::ProjectRow;

use crate::arguments::Confirmation;
use crate::confirm::{Destructive, confirm};
use crate::error::CliError;
use crate::hint;
use crate::json;
use crate::report::Report;
use crate::resolve;
use crate::style::{DIM, HEADING, paint};
use crate::table::Cell;

pub(crate) async fn list(registry: &Registry, report: &Report) -> Result<(), CliError> {
    let projects = registry.list_projects().await?;
    let row = |project: &ProjectRow| {
        vec![
            project.name.as_str().into(),
            project.environments.to_string().into(),
            project.active_keys.to_string().into(),
            Cell::new(DIM, project.id.to_string()),
        ]
    };
    report.list(
        &["PROJECT", "ENVIRONMENTS", "ACTIVE KEYS", "ID"],
        projects.iter().map(row).collect(),
        projects.iter().map(json::project).collect(),
    );
    if projects.is_empty() {
        report.note(&format!(
            "No projects yet.\nNext: {}",
            hint::command("project create NAME")
        ));
    }
    Ok(())
}

/// Creates a project, and the store if it does not exist.
pub(crate) async fn create(db: Option<&Path>, name: &str, report: &Report) -> Result<(), CliError> {
    let is_new = resolve::require_store(db).is_err();
    if is_new {
        // An invalid name must not leave an empty store.
        parse_name(name, Field::ProjectName)?;
    }
    let registry = resolve::registry_or_create(db, Arc::new(NoClipboard)).await?;
    let created = registry.create_project(name, None).await?.project;
    report.created(created.id.as_str(), &json::project(&created));
    if is_new {
        report.note(&format!(
            "Created a store in {}.",
            resolve::store_address(db)?
        ));
    }
    let environment = hint::quoted(&format!("{}/staging", created.name));
    report.note(&format!(
        "Created project {}.\nNext: {}",
        created.name,
        hint::command(&format!("env create {environment}"))
    ));
    Ok(())
}

pub(crate) async fn show(
    registry: &Registry,
    project: &str,
    report: &Report,
) -> Result<(), CliError> {
    let project = resolve::project(registry, project).await?;
    let text = format!(
        "{}\n  id            {}\n  environments  {}\n  active keys   {}",
        paint(HEADING, &project.name),
        project.id,
        project.environments,
        project.active_keys
    );
    report.result(&text, &json::project(&project));
    Ok(())
}

pub(crate) async fn rename(
    registry: &Registry,
    project: &str,
    name: &str,
    report: &Report,
) -> Result<(), CliError> {
    let project = resolve::project(registry, project).await?;
    registry.rename_project(&project.id, name).await?;
    let renamed = resolve::project(registry, project.id.as_str()).await?;
    report.result("", &json::project(&renamed));
    report.note(&format!(
        "Renamed project {} to {}.",
        project.name, renamed.name
    ));
    Ok(())
}

pub(crate) async fn delete(
    registry: &Registry,
    project: &str,
    confirmation: Confirmation,
    report: &Report,
) -> Result<(), CliError> {
    let project = resolve::project(registry, project).await?;
    let mut has_keys = false;
    for environment in registry.list_environments(&project.id).await? {
        has_keys |= registry.has_non_terminal_keys(&environment.id).await?;
    }
    let target = if has_keys {
        format!("project {} and revoke its keys", project.name)
    } else {
        format!("project {}", project.name)
    };
    let command = Destructive {
        action: "Delete",
        target,
        name: &project.name,
        requires_name: has_keys,
    };
    let name = confirm(confirmation, &command)?;
    registry
        .delete_project(&project.id, name.as_deref())
        .await?;
    report.result("", &json::project(&project));
    report.note(&format!("Deleted project {}.", project.name));
    Ok(())
}
