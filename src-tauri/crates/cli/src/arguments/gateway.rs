//! Arguments of `keystile gateway`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use keystile_policy::{RequestFacts, RouteRule};

use super::environment_option::{ENVIRONMENT_VARIABLE, EnvironmentOption};
use super::logging::LoggingOptions;
use super::tls::TlsOptions;
use super::{listen_address, port};

#[derive(Debug, Subcommand)]
pub(crate) enum GatewayCommand {
    /// Run an environment's gateway and print each decision.
    Run(RunGateway),
    /// List the gateways that have a port.
    List {
        /// List only the gateway of this environment, as PROJECT/ENVIRONMENT or ID; "" lists all.
        #[arg(
            long,
            visible_alias = "environment",
            value_name = "ENVIRONMENT",
            env = ENVIRONMENT_VARIABLE,
            hide_env_values = true
        )]
        env: Option<String>,
    },
    /// Show a gateway's configuration.
    Show(EnvironmentOption),
    /// Change a gateway's configuration. Omitted options keep their values.
    Edit(EditGateway),
    /// Show or change route rules. The first matching rule applies.
    Rules {
        #[command(flatten)]
        environment: EnvironmentOption,
        #[command(flatten)]
        edits: RouteRuleEdits,
    },
}

#[derive(Debug, Args)]
pub(crate) struct RunGateway {
    #[command(flatten)]
    pub(crate) environment: EnvironmentOption,
    /// Port on 127.0.0.1, saved for later runs. Port 0 selects a free port [default: the saved port, or the first free
    /// port from 7420].
    #[arg(long, value_parser = port::parse)]
    pub(crate) port: Option<u16>,
    /// IP address to listen on during this run; non-loopback addresses require --allow-remote [default: 127.0.0.1].
    #[arg(long, value_name = "IP", conflicts_with = "socket", value_parser = ip)]
    pub(crate) listen: Option<IpAddr>,
    /// Allow connections from other machines, such as with --listen 0.0.0.0 in a container.
    #[arg(long)]
    pub(crate) allow_remote: bool,
    /// Listen on a Unix socket, in a folder that only you can access.
    #[arg(long, value_name = "PATH", conflicts_with = "port")]
    pub(crate) socket: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) tls: TlsOptions,
    #[command(flatten)]
    pub(crate) log: LoggingOptions,
    /// Serve Prometheus metrics at /metrics on this loopback address, or on a port of 127.0.0.1. For other machines, put
    /// a reverse proxy in front.
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = listen_address::parse)]
    pub(crate) metrics: Option<SocketAddr>,
    /// Forward to this API during this run instead of the environment's endpoint.
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// Host header sent upstream during this run: the client's or the upstream's own [default: the saved one].
    #[arg(long, value_name = "HOST")]
    pub(crate) host_header: Option<HostHeader>,
}

#[derive(Debug, Args)]
pub(crate) struct EditGateway {
    #[command(flatten)]
    pub(crate) environment: EnvironmentOption,
    #[command(flatten)]
    pub(crate) edits: GatewayEdits,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct GatewayEdits {
    /// Port on 127.0.0.1. Takes effect at the next start.
    #[arg(long, value_parser = port::parse_fixed)]
    pub(crate) port: Option<u16>,
    /// Host header sent upstream: the client's or the upstream's own.
    #[arg(long, value_name = "HOST")]
    pub(crate) host_header: Option<HostHeader>,
    /// Whether to allow CORS preflight requests, which have no key.
    #[arg(long)]
    pub(crate) preflight: Option<PreflightPolicy>,
    /// Whether responses tell their callers with a Sunset header that their key expires within 7 days.
    #[arg(long, value_name = "POLICY")]
    pub(crate) sunset_header: Option<SunsetPolicy>,
    /// Forward to the built-in sample API while the environment has no endpoint.
    #[arg(long, conflicts_with = "no_sample")]
    pub(crate) sample: bool,
    /// Do not use the sample API.
    #[arg(long)]
    pub(crate) no_sample: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum HostHeader {
    Client,
    Upstream,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PreflightPolicy {
    Allow,
    Deny,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SunsetPolicy {
    Send,
    Omit,
}

#[derive(Debug, Args)]
pub(crate) struct RouteRuleEdits {
    /// Add a rule, as METHOD PATH ACCESS: "POST /search read" or "* /health open". A path that ends with /* matches that path
    /// and everything below it.
    #[arg(long, value_name = "RULE")]
    pub(crate) add: Vec<RouteRule>,
    /// Insert the added rules at this position, counted from 1, instead of at the end.
    #[arg(long, value_name = "POSITION", value_parser = position, requires = "add")]
    pub(crate) at: Option<usize>,
    /// Remove the rule at this position, counted from 1.
    #[arg(long, value_name = "POSITION", value_parser = position)]
    pub(crate) remove: Option<usize>,
    /// Remove all rules.
    #[arg(long, conflicts_with = "remove")]
    pub(crate) clear: bool,
    /// Show what a request such as "POST /search" requires. Changes nothing.
    #[arg(long, value_name = "REQUEST", value_parser = tested_request, conflicts_with_all = ["add", "remove", "clear"])]
    pub(crate) test: Option<TestedRequest>,
}

fn ip(text: &str) -> Result<IpAddr, &'static str> {
    text.parse()
        .map_err(|_| "expected an IP address, such as 127.0.0.1 or 0.0.0.0")
}

fn position(text: &str) -> Result<usize, &'static str> {
    let position = text.parse().ok().filter(|position| *position > 0);
    position.ok_or("expected a position, counted from 1")
}

/// A request to test the rules with. It is not sent.
#[derive(Debug, Clone)]
pub(crate) struct TestedRequest {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
}

fn tested_request(text: &str) -> Result<TestedRequest, &'static str> {
    let expected = "expected a method and a path, such as GET /products";
    let (method, target) = text.trim().split_once(' ').ok_or(expected)?;
    let target = target.trim_start();
    if RequestFacts::parse(method, target).is_err() || !target.starts_with('/') {
        return Err(expected);
    }
    Ok(TestedRequest {
        method: method.to_owned(),
        target: target.to_owned(),
    })
}
