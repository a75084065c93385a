//! `gateway edit`. A running gateway applies everything but a new port.

use keystile_registry::{GatewayInput, Registry};

use super::gateway::find;
use crate::arguments::{EditGateway, HostHeader, PreflightPolicy, SunsetPolicy};
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
    let input = GatewayInput {
        preserve_host: edits.host_header.map(|host| host == HostHeader::Client),
        allow_preflight: edits
            .preflight
            .map(|preflight| preflight == PreflightPolicy::Allow),
        sunset_header: edits
            .sunset_header
            .map(|policy| policy == SunsetPolicy::Send),
        sample_upstream: (edits.sample || edits.no_sample).then_some(edits.sample),
        ..GatewayInput::default()
    };
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
