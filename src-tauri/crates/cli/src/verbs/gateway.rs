//! Gateways as they are stored: list, show. And what of them the other verbs about a gateway write.

use keystile_registry::{Gateway, GatewayInput, Registry, RouteRuleInput, UpstreamKind};

use crate::failure::Failure;
use crate::hint;
use crate::place;
use crate::report::{self, Report};

pub(crate) async fn list(
    registry: &Registry,
    env: Option<&str>,
    report: &Report,
) -> Result<(), Failure> {
    let mut gateways = registry.list_gateways().await?;
    if let Some(env) = env {
        let only = place::environment(registry, env).await?.id;
        gateways.retain(|gateway| gateway.environment.id == only);
    }
    let row = |gateway: &Gateway| {
        vec![
            place::reference_to(&gateway.environment),
            report::address(gateway).unwrap_or_default(),
            behind(gateway).to_owned(),
            gateway.rules().as_slice().len().to_string(),
        ]
    };
    report.list(
        &["ENVIRONMENT", "ADDRESS", "ENDPOINT", "RULES"],
        &gateways.iter().map(row).collect::<Vec<_>>(),
        gateways.iter().map(report::gateway).collect(),
    );
    if gateways.is_empty() {
        report.say(&format!(
            "A gateway gets its port when it first runs: {}",
            hint::command("gateway run --env ENVIRONMENT")
        ));
    }
    Ok(())
}

pub(crate) async fn show(
    registry: &Registry,
    reference: &str,
    report: &Report,
) -> Result<(), Failure> {
    let gateway = find(registry, reference).await?;
    let text = format!(
        "{} / {}\n  address     {}\n  endpoint    {}\n  host        {}\n  preflights  {}\n  rules       {}",
        gateway.environment.project_name,
        gateway.environment.name,
        report::address(&gateway).unwrap_or_else(|| "chosen at the first start".to_owned()),
        behind(&gateway),
        if gateway.row.preserve_host {
            "as sent by the client"
        } else {
            "the upstream's"
        },
        if gateway.row.allow_preflight {
            "pass unchecked"
        } else {
            "refused without a key"
        },
        gateway.rules().as_slice().len()
    );
    report.result(&text, &report::gateway(&gateway));
    Ok(())
}

/// The gateway of the environment that is called so.
pub(super) async fn find(registry: &Registry, reference: &str) -> Result<Gateway, Failure> {
    let environment = place::environment(registry, reference).await?;
    Ok(registry.show_gateway(&environment.id).await?)
}

/// What can be edited, as it is.
pub(super) fn fields(gateway: &Gateway) -> GatewayInput {
    let rules = gateway.rules().as_slice().iter();
    GatewayInput {
        preserve_host: gateway.row.preserve_host,
        allow_preflight: gateway.row.allow_preflight,
        sample_upstream: gateway.row.sample_upstream,
        rules: rules.map(RouteRuleInput::from).collect(),
    }
}

fn behind(gateway: &Gateway) -> &str {
    match gateway.upstream_kind() {
        UpstreamKind::Endpoint(endpoint) => endpoint,
        UpstreamKind::Sample => "sample API",
        UpstreamKind::Nothing => "none",
    }
}
