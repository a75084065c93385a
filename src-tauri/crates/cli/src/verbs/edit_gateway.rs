//! Change what an environment's gateway does. Whoever runs it follows, but for the port: it does not move while it runs.

use keystile_registry::Registry;

use super::gateway::{fields, find};
use crate::arguments::{EditGateway, HostWord, PreflightWord};
use crate::failure::Failure;
use crate::report::{self, Report};

pub(crate) async fn run(
    registry: &Registry,
    wish: EditGateway,
    report: &Report,
) -> Result<(), Failure> {
    let found = find(registry, &wish.of.env).await?;
    let edits = wish.edits;
    let mut fields = fields(&found);
    if let Some(host) = edits.host {
        fields.preserve_host = host == HostWord::Caller;
    }
    if let Some(preflights) = edits.preflights {
        fields.allow_preflight = preflights == PreflightWord::Pass;
    }
    if edits.sample || edits.no_sample {
        fields.sample_upstream = edits.sample;
    }
    let id = found.environment.id;
    let mut edited = registry.edit_gateway(&id, &fields).await?;
    if let Some(port) = edits.port {
        edited = registry.set_gateway_port(&id, port).await?;
    }
    report.result("", &report::gateway(&edited));
    report.say(&format!(
        "The gateway of {} / {} was changed.",
        edited.environment.project_name, edited.environment.name
    ));
    if edits.port.is_some() {
        report.say("The port holds from the next start on.");
    }
    Ok(())
}
