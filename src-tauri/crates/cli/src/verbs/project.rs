//! Projects: list, create, show, rename, delete.

use keystile_registry::Registry;

use crate::arguments::ProjectVerb;
use crate::consent::{self, Final};
use crate::failure::Failure;
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
                report.say("There are none yet. Next: keystile project create NAME");
            }
        }
        ProjectVerb::Create { name } => {
            let created = registry.create_project(&name, None).await?.project;
            report.result(created.id.as_str(), &report::project(&created));
            report.say(&format!(
                "{} was created. Next: keystile env create {}",
                created.name,
                place::quoted(&format!("{}/staging", created.name))
            ));
        }
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
