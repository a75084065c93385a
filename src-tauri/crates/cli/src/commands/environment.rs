//! `env list`, `create`, `show`, `edit`, and `delete`.

use std::collections::HashMap;

use keystile_keys::{Stage, Timestamp};
use keystile_registry::{EnvironmentChanges, EnvironmentInput, Registry};
use keystile_store::EnvironmentRow;
use serde_json::json;

use crate::arguments::{Confirmation, CreateEnvironment, EditEnvironment};
use crate::confirm::{Destructive, confirm};
use crate::error::CliError;
use crate::hint;
use crate::json;
use crate::report::Report;
use crate::resolve;
use crate::style::{DIM, GOOD, HEADING, paint};
use crate::table::Cell;
use crate::time;

/// Lists the environments of one project by name, or those of all projects as `project/environment`.
pub(crate) async fn list(
    registry: &Registry,
    project: Option<&str>,
    report: &Report,
) -> Result<(), CliError> {
    let projects = match project {
        Some(project) => vec![resolve::project(registry, project).await?],
        None => registry.list_projects().await?,
    };
    let mut environments = Vec::new();
    let mut last_requests = HashMap::new();
    for project in &projects {
        environments.extend(registry.list_environments(&project.id).await?);
        last_requests.extend(report.usage(registry.last_requests_of(&project.id).await));
    }
    let last_request = |environment: &EnvironmentRow| last_requests.get(&environment.id).copied();
    let row = |environment: &EnvironmentRow| {
        vec![
            if project.is_some() {
                environment.name.as_str().into()
            } else {
                resolve::reference_to(environment).into()
            },
            environment.stage.as_str().into(),
            state(environment),
            environment.active_keys.to_string().into(),
            time::for_stdout(last_request(environment)).into(),
            environment.prefix.as_str().into(),
            Cell::new(DIM, environment.id.to_string()),
        ]
    };
    let value = |environment: &EnvironmentRow| {
        let mut value = json::environment(environment);
        value["last_request_at"] = json!(last_request(environment).map(Timestamp::to_rfc3339));
        value
    };
    report.list(
        &[
            "ENVIRONMENT",
            "STAGE",
            "STATE",
            "ACTIVE KEYS",
            "LAST REQUEST",
            "PREFIX",
            "ID",
        ],
        environments.iter().map(row).collect(),
        environments.iter().map(value).collect(),
    );
    if environments.is_empty() {
        let next = match projects.first() {
            None => "project create NAME".to_owned(),
            Some(project) => {
                let environment = format!("{}/staging", project.name);
                format!("env create {}", hint::quoted(&environment))
            }
        };
        report.note(&format!(
            "No environments yet.\nNext: {}",
            hint::command(&next)
        ));
    }
    Ok(())
}

fn state(environment: &EnvironmentRow) -> Cell {
    match environment.activated_at {
        Some(_) => Cell::new(GOOD, "active"),
        None => Cell::new(DIM, "inactive"),
    }
}

pub(crate) async fn create(
    registry: &Registry,
    args: CreateEnvironment,
    report: &Report,
) -> Result<(), CliError> {
    let Some((project, name)) = args.environment.split_once('/') else {
        return Err(CliError::usage(
            "invalid_environment",
            format!("Invalid environment: {}.", args.environment),
            "Use PROJECT/ENVIRONMENT.",
        ));
    };
    let project = resolve::project(registry, project).await?;
    let input = EnvironmentInput {
        name: name.to_owned(),
        stage: args.stage.unwrap_or_else(|| Stage::guess(name)),
        prefix: args.prefix,
        endpoint: args.endpoint,
        key_location: None,
        default_days: args.default_expiry.map(|days| days.0),
        max_days: args.max_expiry.and_then(|days| days.0),
    };
    let created = registry.create_environment(&project.id, &input).await?;
    let reference = resolve::reference_to(&created);
    report.created(created.id.as_str(), &json::environment(&created));
    report.note(&format!(
        "Created environment {reference}. Its keys start with {}_.\nNext: {}",
        created.prefix.as_str(),
        hint::command(&format!(
            "key create --env {} --name NAME",
            hint::quoted(&reference)
        ))
    ));
    Ok(())
}

pub(crate) async fn show(
    registry: &Registry,
    reference: &str,
    report: &Report,
) -> Result<(), CliError> {
    let environment = resolve::environment(registry, reference).await?;
    let is_active = environment.activated_at.is_some();
    let text = format!(
        "{}\n  id            {}\n  stage         {}\n  state         {}\n  active keys   {}\n  prefix        {}\n  endpoint      {}\n  key location  {}\n  new keys      {}",
        paint(HEADING, resolve::reference_to(&environment)),
        environment.id,
        environment.stage.as_str(),
        if is_active {
            paint(GOOD, "active")
        } else {
            paint(DIM, "inactive")
        },
        environment.active_keys,
        environment.prefix.as_str(),
        environment.endpoint.as_deref().unwrap_or("none"),
        environment.key_location.description(),
        lifetimes(&environment)
    );
    report.result(&text, &json::environment(&environment));
    Ok(())
}

/// Describes when new keys expire.
fn lifetimes(environment: &EnvironmentRow) -> String {
    let days = |days: u32| format!("{days} day{}", if days == 1 { "" } else { "s" });
    let default = match environment.default_days.or(environment.max_days) {
        Some(count) => format!("expire after {}", days(count)),
        None => "do not expire by default".to_owned(),
    };
    match environment.max_days {
        Some(count) => format!("{default}, at most {}", days(count)),
        None => default,
    }
}

pub(crate) async fn edit(
    registry: &Registry,
    args: EditEnvironment,
    report: &Report,
) -> Result<(), CliError> {
    let environment = resolve::environment(registry, &args.environment).await?;
    let edits = args.edits;
    let changes = EnvironmentChanges {
        name: edits.name,
        stage: edits.stage,
        prefix: edits.prefix,
        endpoint: edits.endpoint.map(Some),
        key_location: edits.key_location,
        default_days: edits.default_expiry.map(|days| days.0),
        max_days: edits.max_expiry.map(|days| days.0),
    };
    let edited = registry.edit_environment(&environment.id, &changes).await?;
    report.result("", &json::environment(&edited));
    report.note(&format!(
        "Updated environment {}.",
        resolve::reference_to(&edited)
    ));
    Ok(())
}

pub(crate) async fn delete(
    registry: &Registry,
    reference: &str,
    confirmation: Confirmation,
    report: &Report,
) -> Result<(), CliError> {
    let environment = resolve::environment(registry, reference).await?;
    let reference = resolve::reference_to(&environment);
    let has_keys = registry.has_non_terminal_keys(&environment.id).await?;
    let target = if has_keys {
        format!("environment {reference} and revoke its keys")
    } else {
        format!("environment {reference}")
    };
    let command = Destructive {
        action: "Delete",
        target,
        name: &environment.name,
        requires_name: has_keys,
    };
    let name = confirm(confirmation, &command)?;
    registry
        .delete_environment(&environment.id, name.as_deref())
        .await?;
    report.result("", &json::environment(&environment));
    report.note(&format!("Deleted environment {reference}."));
    Ok(())
}
