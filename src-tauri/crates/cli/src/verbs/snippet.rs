//! Prints the configuration of a reverse proxy, exactly as the service's tests run it. The environment is looked up, unless
//! its store is elsewhere.

use std::path::Path;
use std::sync::Arc;

use keystile_policy::KeyLocation;
use keystile_registry::NoClipboard;
use keystile_service::{ServiceAddress, Snippet, snippet};
use keystile_store::EnvironmentRow;
use serde_json::json;

use crate::arguments;
use crate::failure::Failure;
use crate::place;
use crate::report::Report;

/// What is named as long as the environment has no endpoint.
const SOME_API: &str = "127.0.0.1:8000";

pub(crate) async fn run(
    db: Option<&Path>,
    wish: &arguments::Snippet,
    report: &Report,
) -> Result<(), Failure> {
    let found = if wish.unchecked {
        None
    } else {
        Some(find(db, &wish.env).await?)
    };
    let endpoint = found.as_ref().and_then(|found| found.endpoint.as_deref());
    let upstream = wish.upstream.as_deref().or(endpoint);
    let name = found.as_ref().map_or_else(
        || wish.env.clone(),
        |found| format!("{}/{}", found.project_name, found.name),
    );
    let text = snippet(&Snippet {
        proxy: wish.proxy,
        // By its id, so that renaming it breaks no proxy.
        environment: found.as_ref().map_or(&wish.env, |found| found.id.as_str()),
        name: &name,
        key_location: found
            .as_ref()
            .map_or(&KeyLocation::Default, |found| &found.key_location),
        service: wish
            .unix
            .as_deref()
            .map_or(ServiceAddress::Tcp(wish.service), ServiceAddress::Unix),
        upstream: upstream.unwrap_or(SOME_API),
        listen: wish.listen,
        server_name: wish.server_name.as_deref(),
        location_only: wish.location_only,
    })?;
    let value = json!({"proxy": wish.proxy.as_str(), "configuration": text});
    report.result(text.trim_end(), &value);
    Ok(())
}

/// Finds the environment.
async fn find(db: Option<&Path>, reference: &str) -> Result<EnvironmentRow, Failure> {
    let found = async {
        place::must_exist(db)?;
        place::environment(
            &place::registry(db, Arc::new(NoClipboard)).await?,
            reference,
        )
        .await
    };
    match found.await {
        Ok(environment) => Ok(environment),
        Err(mut failure) if ["no_store", "not_found"].contains(&failure.code) => {
            failure.advice += " With its store on another machine, add --unchecked.";
            Err(failure)
        }
        Err(failure) => Err(failure),
    }
}
