//! `snippet`: prints the configuration of a reverse proxy for an environment.

use std::path::Path;
use std::sync::Arc;

use keystile_keys::EnvironmentId;
use keystile_policy::KeyLocation;
use keystile_registry::NoClipboard;
use keystile_service::{ServiceAddress, Snippet, snippet};
use keystile_store::EnvironmentRow;
use serde_json::json;

use crate::arguments;
use crate::error::CliError;
use crate::report::Report;
use crate::resolve;

/// The upstream if the environment has no endpoint.
const DEFAULT_UPSTREAM: &str = "127.0.0.1:8000";

pub(crate) async fn run(
    db: Option<&Path>,
    args: &arguments::Snippet,
    report: &Report,
) -> Result<(), CliError> {
    let reference = args.environment.reference.as_str();
    let environment = if args.unchecked {
        check_form(reference)?;
        None
    } else {
        Some(find_environment(db, reference).await?)
    };
    let environment = environment.as_ref();
    let endpoint = environment.and_then(|environment| environment.endpoint.as_deref());
    let name = environment.map_or_else(|| reference.to_owned(), resolve::reference_to);
    let upstream = args.upstream.as_deref().or(endpoint);
    let text = snippet(&Snippet {
        proxy: args.proxy,
        // The id, so that the configuration survives a rename.
        environment: environment.map_or(reference, |environment| environment.id.as_str()),
        name: &name,
        key_location: environment.map_or(&KeyLocation::Default, |environment| {
            &environment.key_location
        }),
        service: args
            .service_socket
            .as_deref()
            .map_or(ServiceAddress::Tcp(args.service), ServiceAddress::Unix),
        upstream: upstream.unwrap_or(DEFAULT_UPSTREAM),
        listen: args.listen,
        server_name: args.server_name.as_deref(),
        location_only: args.location_only,
    })
    .map_err(|error| {
        let mut error = CliError::from(error);
        // A stored endpoint is not an argument.
        error.is_usage &= error.code != "invalid_upstream" || args.upstream.is_some();
        error
    })?;
    if report.is_json() {
        let value = json!({"proxy": args.proxy.as_str(), "configuration": text});
        report.result("", &value);
    } else {
        report.raw(text.trim_end());
    }
    if upstream.is_none() {
        report.note(&format!(
            "No endpoint is known, so the API is {DEFAULT_UPSTREAM}. Pass --upstream to change it."
        ));
    }
    Ok(())
}

/// Checks that a reference, which is not looked up, is an ID or `project/environment`.
fn check_form(reference: &str) -> Result<(), CliError> {
    let is_name = reference
        .split_once('/')
        .is_some_and(|(project, name)| !project.is_empty() && !name.is_empty());
    if is_name || reference.parse::<EnvironmentId>().is_ok() {
        return Ok(());
    }
    Err(CliError::usage(
        "invalid_environment",
        format!("Invalid environment: {reference}."),
        "Use PROJECT/ENVIRONMENT or an ID.",
    ))
}

async fn find_environment(db: Option<&Path>, reference: &str) -> Result<EnvironmentRow, CliError> {
    let found = async {
        let registry = resolve::registry(db, Arc::new(NoClipboard)).await?;
        resolve::environment(&registry, reference).await
    };
    found.await.map_err(|mut error| {
        if ["no_store", "not_found"].contains(&&*error.code) {
            let advice = error.advice;
            error.advice = format!("If the store is on another machine, add --unchecked. {advice}");
        }
        error
    })
}
