//! Projects: list, create, rename. Deleting one is the window's, which shows what goes with it.

use keystile_registry::Registry;

use crate::arguments::ProjectVerb;
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
        }
        ProjectVerb::Create { name } => {
            let created = registry.create_project(&name, None).await?.project;
            report.result(created.id.as_str(), &report::project(&created));
            report.say(&format!(
                "{} was created. Next: keystile env create {:?}",
                created.name,
                format!("{}/staging", created.name)
            ));
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
