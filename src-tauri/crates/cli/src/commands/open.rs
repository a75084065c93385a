//! `open`: shows an environment in the window of the desktop program.

use std::path::Path;

use keystile_link::Link;
use serde_json::json;

use crate::arguments::Open;
use crate::desktop_program;
use crate::error::CliError;
use crate::report::Report;
use crate::resolve;

pub(crate) async fn run(db: Option<&Path>, args: &Open, report: &Report) -> Result<(), CliError> {
    resolve::require_default_store(db)?;
    let environment = match &args.environment {
        None => None,
        Some(reference) => {
            let registry = super::registry(db).await?;
            Some(resolve::environment(&registry, reference).await?)
        }
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
