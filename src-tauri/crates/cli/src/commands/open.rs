//! `open`: shows an environment in the window of the desktop program.

use keystile_link::Link;
use keystile_registry::Registry;
use serde_json::json;

use crate::arguments::Open;
use crate::desktop_program;
use crate::error::CliError;
use crate::report::Report;
use crate::resolve;

/// Opens the window. `registry`: the store in which the environment is looked up, if one is named.
pub(crate) async fn run(
    registry: Option<&Registry>,
    args: &Open,
    report: &Report,
) -> Result<(), CliError> {
    let environment = match (registry, &args.environment) {
        (Some(registry), Some(reference)) => Some(resolve::environment(registry, reference).await?),
        _ => None,
    };
    let link = environment
        .as_ref()
        .map(|environment| Link::to_environment(environment, args.tab).to_string());
    desktop_program::open(link.as_deref()).await?;
    let reference = environment.as_ref().map(resolve::reference_to);
    report.result("", &json!({"environment": reference, "link": link}));
    report.note(&match reference {
        Some(reference) => format!("Opened {reference} in Keystile."),
        None => "Opened Keystile.".to_owned(),
    });
    Ok(())
}
