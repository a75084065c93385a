//! Environments: list, create, show, edit, delete.

use std::collections::HashMap;

use keystile_keys::{Stage, Timestamp};
use keystile_registry::{EnvironmentInput, Registry};
use keystile_store::EnvironmentRow;
use serde_json::json;

use crate::arguments::EnvironmentVerb;
use crate::consent::{self, Final};
use crate::failure::Failure;
use crate::hint;
use crate::place;
use crate::report::{self, Report};

pub(crate) async fn run(
    registry: &Registry,
    verb: EnvironmentVerb,
    report: &Report,
) -> Result<(), Failure> {
    match verb {
        EnvironmentVerb::List { project } => list(registry, project.as_deref(), report).await?,
        EnvironmentVerb::Create(wish) => {
            let Some((project, name)) = wish.environment.split_once('/') else {
                return Err(Failure::new(
                    "environment_without_project",
                    format!("{} names no project.", wish.environment),
                    "Write it as project/environment.",
                ));
            };
            let project = place::project(registry, project).await?;
            let fields = EnvironmentInput {
                name: name.to_owned(),
                stage: wish.stage.map_or_else(|| Stage::guess(name), Stage::from),
                prefix: wish.prefix,
                endpoint: wish.endpoint,
                key_location: None,
            };
            let created = registry.create_environment(&project.id, &fields).await?;
            report.result(created.id.as_str(), &report::environment(&created));
            report.say(&format!(
                "{} / {} was created. Its keys begin with {}_. Next: {}",
                created.project_name,
                created.name,
                created.prefix.as_str(),
                hint::command(&format!(
                    "key create --env {} --name NAME",
                    hint::quoted(&place::reference_to(&created))
                ))
            ));
        }
        EnvironmentVerb::Show { environment } => {
            let found = place::environment(registry, &environment).await?;
            let is_active = found.activated_at.is_some();
            let text = format!(
                "{} / {}\n  id         {}\n  stage      {}\n  state      {}\n  live keys  {}\n  prefix     {}\n  endpoint   {}\n  key        {}",
                found.project_name,
                found.name,
                found.id,
                found.stage.as_str(),
                if is_active { "active" } else { "not active" },
                found.live_keys,
                found.prefix.as_str(),
                found.endpoint.as_deref().unwrap_or("none"),
                found.key_location.description()
            );
            report.result(&text, &report::environment(&found));
        }
        EnvironmentVerb::Edit(wish) => {
            let found = place::environment(registry, &wish.environment).await?;
            let edits = wish.edits;
            let fields = EnvironmentInput {
                name: edits.name.unwrap_or(found.name),
                stage: edits.stage.map_or(found.stage, Stage::from),
                prefix: edits.prefix,
                endpoint: edits
                    .endpoint
                    .or(found.endpoint)
                    .filter(|endpoint| !endpoint.is_empty()),
                key_location: edits.key_location,
            };
            let edited = registry.edit_environment(&found.id, &fields).await?;
            report.result("", &report::environment(&edited));
            report.say(&format!(
                "{} / {} was changed.",
                edited.project_name, edited.name
            ));
        }
        EnvironmentVerb::Delete {
            environment,
            consent,
        } => {
            let found = place::environment(registry, &environment).await?;
            let what = Final {
                act: "Delete",
                noun: "an environment with live keys",
                name: &found.name,
                by_name: registry.has_active_keys(&found.id).await?,
            };
            let confirmation = consent::ask(consent, &what)?;
            registry
                .delete_environment(&found.id, confirmation.as_deref())
                .await?;
            report.result("", &report::environment(&found));
            report.say(&format!(
                "{} / {} was deleted.",
                found.project_name, found.name
            ));
        }
    }
    Ok(())
}

/// Those of one project by their names; those of all by what they are called on the command line.
async fn list(registry: &Registry, project: Option<&str>, report: &Report) -> Result<(), Failure> {
    let projects = match project {
        Some(project) => vec![place::project(registry, project).await?],
        None => registry.list_projects().await?,
    };
    let mut environments = Vec::new();
    let mut requests = HashMap::new();
    for project in &projects {
        environments.extend(registry.list_environments(&project.id).await?);
        requests.extend(report.usage(registry.last_requests_of(&project.id).await));
    }
    let last = |environment: &EnvironmentRow| requests.get(&environment.id).copied();
    let row = |environment: &EnvironmentRow| {
        let is_active = environment.activated_at.is_some();
        vec![
            if project.is_some() {
                environment.name.clone()
            } else {
                place::reference_to(environment)
            },
            environment.stage.as_str().to_owned(),
            if is_active { "active" } else { "not active" }.to_owned(),
            environment.live_keys.to_string(),
            report::last(last(environment)),
            environment.prefix.as_str().to_owned(),
            environment.id.to_string(),
        ]
    };
    let value = |environment: &EnvironmentRow| {
        let mut value = report::environment(environment);
        value["last_request_at"] = json!(last(environment).map(Timestamp::to_rfc3339));
        value
    };
    report.list(
        &[
            "ENVIRONMENT",
            "STAGE",
            "STATE",
            "LIVE KEYS",
            "LAST REQUEST",
            "PREFIX",
            "ID",
        ],
        &environments.iter().map(row).collect::<Vec<_>>(),
        environments.iter().map(value).collect(),
    );
    if environments.is_empty() {
        let next = match projects.first() {
            None => "project create NAME".to_owned(),
            Some(project) => format!(
                "env create {}",
                hint::quoted(&format!("{}/staging", project.name))
            ),
        };
        report.say(&format!(
            "There are none yet. Next: {}",
            hint::command(&next)
        ));
    }
    Ok(())
}
