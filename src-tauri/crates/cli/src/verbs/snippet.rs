//! Print the configuration of a reverse proxy: exactly what the service's tests run. An environment that is not there would
//! let nothing pass, so it is looked up, unless its store is known to be elsewhere.

use std::path::Path;

use keystile_service::{Snippet, snippet};
use serde_json::json;

use super::registry;
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
    let endpoint = if wish.unchecked {
        None
    } else {
        endpoint(db, &wish.env).await?
    };
    let upstream = wish.upstream.as_deref().or(endpoint.as_deref());
    let text = snippet(&Snippet {
        proxy: wish.proxy,
        environment: &wish.env,
        service: wish.service,
        upstream: upstream.unwrap_or(SOME_API),
        listen: wish.listen,
    })?;
    let value = json!({"proxy": wish.proxy.as_str(), "configuration": text});
    report.result(text.trim_end(), &value);
    Ok(())
}

/// What stands behind the environment that is called so.
async fn endpoint(db: Option<&Path>, reference: &str) -> Result<Option<String>, Failure> {
    let found = async {
        place::must_exist(db)?;
        place::environment(&registry(db).await?, reference).await
    };
    match found.await {
        Ok(environment) => Ok(environment.endpoint),
        Err(mut failure) if ["no_store", "not_found"].contains(&failure.code) => {
            failure.advice += " With its store on another machine, add --unchecked.";
            Err(failure)
        }
        Err(failure) => Err(failure),
    }
}
