//! `gateway list` and `show`, and what the other gateway commands share.

use keystile_registry::{Gateway, GatewayProcess, Registry, UpstreamKind};

use crate::error::CliError;
use crate::hint;
use crate::json;
use crate::report::Report;
use crate::resolve;
use crate::style::{HEADING, paint};

pub(crate) async fn list(
    registry: &Registry,
    env: Option<&str>,
    report: &Report,
) -> Result<(), CliError> {
    let env = env.filter(|env| !env.is_empty());
    let mut gateways = registry.list_gateways().await?;
    let running = registry.running_gateways().await?;
    for process in &running {
        // A gateway that only ran on Unix sockets has no port.
        let is_same = |gateway: &Gateway| gateway.environment.id == process.environment.id;
        if !gateways.iter().any(is_same) {
            gateways.push(registry.show_gateway(&process.environment.id).await?);
        }
    }
    let mut none = "No gateways yet.".to_owned();
    if let Some(env) = env {
        let environment = resolve::environment(registry, env).await?;
        gateways.retain(|gateway| gateway.environment.id == environment.id);
        let environment = resolve::reference_to(&environment);
        none = format!("The gateway of {environment} has no port yet.");
    }
    let row = |gateway: &Gateway| {
        vec![
            resolve::reference_to(&gateway.environment).into(),
            json::gateway_url(gateway).unwrap_or_default().into(),
            state(gateway, &running).into(),
            upstream(gateway).into(),
            gateway.rules().as_slice().len().to_string().into(),
        ]
    };
    report.list(
        &["ENVIRONMENT", "URL", "STATE", "UPSTREAM", "RULES"],
        gateways.iter().map(row).collect(),
        gateways
            .iter()
            .map(|gateway| json::running_gateway(gateway, &processes(gateway, &running)))
            .collect(),
    );
    if gateways.is_empty() {
        let env = env.map_or_else(|| "ENVIRONMENT".to_owned(), hint::quoted);
        report.note(&format!(
            "{none}\nNext: {}",
            hint::command(&format!("gateway run --env {env}"))
        ));
    }
    Ok(())
}

pub(crate) async fn show(
    registry: &Registry,
    reference: &str,
    report: &Report,
) -> Result<(), CliError> {
    let gateway = find(registry, reference).await?;
    let running = registry.running_gateways().await?;
    let text = format!(
        "{}\n  url          {}\n  state        {}\n  upstream     {}\n  host header  {}\n  preflight    {}\n  sunset       {}\n  rules        {}",
        paint(HEADING, resolve::reference_to(&gateway.environment)),
        json::gateway_url(&gateway).unwrap_or_else(|| "selected at the first start".to_owned()),
        state(&gateway, &running),
        upstream(&gateway),
        if gateway.row.preserve_host {
            "client"
        } else {
            "upstream"
        },
        if gateway.row.allow_preflight {
            "allow"
        } else {
            "deny"
        },
        if gateway.row.sunset_header {
            "send"
        } else {
            "omit"
        },
        gateway.rules().as_slice().len()
    );
    let value = json::running_gateway(&gateway, &processes(&gateway, &running));
    report.result(&text, &value);
    Ok(())
}

/// Returns the processes that run a gateway.
fn processes<'a>(gateway: &Gateway, running: &'a [GatewayProcess]) -> Vec<&'a GatewayProcess> {
    let id = gateway.environment.id;
    running
        .iter()
        .filter(|process| process.environment.id == id)
        .collect()
}

/// Returns `stopped`, or where the gateway runs: one that runs keeps its address after an edit of its port.
fn state(gateway: &Gateway, running: &[GatewayProcess]) -> String {
    let describe = |process: &&GatewayProcess| match process.address {
        Some(address) => format!("running (pid {}, {address})", process.pid),
        None => format!("running (pid {}, Unix socket)", process.pid),
    };
    let running: Vec<_> = processes(gateway, running).iter().map(describe).collect();
    if running.is_empty() {
        return "stopped".to_owned();
    }
    running.join(", ")
}

/// Returns the gateway of an environment.
pub(super) async fn find(registry: &Registry, reference: &str) -> Result<Gateway, CliError> {
    let environment = resolve::environment(registry, reference).await?;
    Ok(registry.show_gateway(&environment.id).await?)
}

fn upstream(gateway: &Gateway) -> &str {
    match gateway.upstream_kind() {
        UpstreamKind::Endpoint(endpoint) => endpoint,
        UpstreamKind::Sample => "sample API",
        UpstreamKind::Nothing => "none",
    }
}
