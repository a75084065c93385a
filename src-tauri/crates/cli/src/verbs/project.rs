//! Projects: list, create, show, rename, delete.

use std::path::Path;
use std::sync::Arc;

use keystile_keys::Name;
use keystile_registry::{Field, NoClipboard, Registry, RegistryError};

use crate::arguments::ProjectVerb;
use crate::consent::{self, Final};
use crate::failure::Failure;
use crate::hint;
use crate::place;
use crate::report::{self, Report};

pub(crate) async fn run(
    registry: &Registry,
    verb: ProjectVerb,
    report: &Report,
) -> Result<(), Failure> {
    match verb {
        ProjectVerb::List => {
            let projects = registry.list_projects().await?;
            let row = |project: &keystile_store::ProjectRow| {
                vec![
                    project.name.clone(),
                    project.environments.to_string(),
                    project.live_keys.to_string(),
                    project.id.to_string(),
                ]
            };
            report.list(
                &["PROJECT", "ENVIRONMENTS", "LIVE KEYS", "ID"],
                &projects.iter().map(row).collect::<Vec<_>>(),
                projects.iter().map(report::project).collect(),
            );
            if projects.is_empty() {
                report.say(&format!(
                    "There are none yet. Next: {}",
                    hint::command("project create NAME")
                ));
            }
        }
        // It makes the store where there is none, before there is a registry.
        ProjectVerb::Create { .. } => {}
        ProjectVerb::Show { project } => {
            let found = place::project(registry, &project).await?;
            let text = format!(
                "{}\n  id            {}\n  environments  {}\n  live keys     {}",
                found.name, found.id, found.environments, found.live_keys
            );
            report.result(&text, &report::project(&found));
        }
        ProjectVerb::Delete { project, consent } => {
            let found = place::project(registry, &project).await?;
            let mut by_name = false;
            for environment in registry.list_environments(&found.id).await? {
                by_name |= registry.has_active_keys(&environment.id).await?;
            }
            let what = Final {
                act: "Delete",
                noun: "a project with live keys",
                name: &found.name,
                by_name,
            };
            let confirmation = consent::ask(consent, &what)?;
            registry
                .delete_project(&found.id, confirmation.as_deref())
                .await?;
            report.result("", &report::project(&found));
            report.say(&format!("{} was deleted.", found.name));
        }
        ProjectVerb::Rename { project, name } => {
            let found = place::project(registry, &project).await?;
            registry.rename_project(&found.id, &name).await?;
            let renamed = place::project(registry, found.id.as_str()).await?;
            report.result("", &report::project(&renamed));
            report.say(&format!("{} is now {}.", found.name, renamed.name));
        }
    }
    Ok(())
}

/// Creates a project, and the store where there is none.
pub(crate) async fn create(db: Option<&Path>, name: &str, report: &Report) -> Result<(), Failure> {
    // A name that cannot be used must not leave an empty store.
    let is_new = place::must_exist(db).is_err();
    if is_new {
        check_project_name(name)?;
    }
    let registry = place::new_registry(db, Arc::new(NoClipboard)).await?;
    let created = registry.create_project(name, None).await?.project;
    report.result(created.id.as_str(), &report::project(&created));
    if is_new {
        report.say(&format!(
            "A new store was created in {}.",
            place::folder(db)?.display()
        ));
    }
    report.say(&format!(
        "{} was created. Next: {}",
        created.name,
        hint::command(&format!(
            "env create {}",
            hint::quoted(&format!("{}/staging", created.name))
        ))
    ));
    Ok(())
}

/// Refuses a name that the registry would refuse. Done before a store is made, so that none is left empty.
fn check_project_name(name: &str) -> Result<(), RegistryError> {
    let field = Field::ProjectName;
    let name = Name::parse(name).map_err(|problem| RegistryError::Name { field, problem })?;
    if name.as_str().contains('/') {
        return Err(RegistryError::NameWithSlash { field });
    }
    Ok(())
}
