//! `gateway edit`. A running gateway applies everything but a new port.

use keystile_registry::Registry;

use super::gateway::{current_input, find};
use crate::arguments::{EditGateway, HostHeader, PreflightPolicy};
use crate::error::CliError;
use crate::json;
use crate::report::Report;
use crate::resolve;

pub(crate) async fn run(
    registry: &Registry,
    args: EditGateway,
    report: &Report,
) -> Result<(), CliError> {
    let gateway = find(registry, &args.environment.reference).await?;
    let edits = args.edits;
    let mut input = current_input(&gateway);
    if let Some(host) = edits.host_header {
        input.preserve_host = host == HostHeader::Client;
    }
    if let Some(preflight) = edits.preflight {
        input.allow_preflight = preflight == PreflightPolicy::Allow;
    }
    if edits.sample || edits.no_sample {
        input.sample_upstream = edits.sample;
    }
    let id = gateway.environment.id;
    let edited = registry.edit_gateway(&id, &input, edits.port).await?;
    report.result("", &json::gateway(&edited));
    report.note(&format!(
        "Updated the gateway of {}.",
        resolve::reference_to(&edited.environment)
    ));
    if edits.port.is_some() {
        report.note("The new port takes effect at the next start.");
    }
    Ok(())
}
