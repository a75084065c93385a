//! The words after `keystile gateway`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use keystile_policy::{RequestFacts, RouteRule};

use super::access_log::AccessLogOptions;
use super::place::{self, OfEnvironment};
use super::tls::TlsOptions;

#[derive(Debug, Subcommand)]
pub(crate) enum GatewayVerb {
    /// Pass requests with a good key to the environment's endpoint, and print each decision.
    Run(RunGateway),
    /// List the gateways that have a port.
    List {
        /// Only that of this environment, as project/environment or by its id.
        #[arg(long, visible_alias = "environment", value_name = "ENVIRONMENT")]
        env: Option<String>,
    },
    /// Show what an environment's gateway does.
    Show(OfEnvironment),
    /// Change what an environment's gateway does; what is left out stays.
    Edit(EditGateway),
    /// Print the route rules, or change them. The first matching rule wins.
    Rules {
        #[command(flatten)]
        of: OfEnvironment,
        #[command(flatten)]
        edits: RouteRuleEdits,
    },
}

#[derive(Debug, Args)]
pub(crate) struct RunGateway {
    #[command(flatten)]
    pub(crate) of: OfEnvironment,
    /// The port on loopback from now on, 0 for any; the one it has when left out, and at first a free one from 7420 up.
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// The IP address to listen on in this run, 127.0.0.1 when left out. Others need --allow-remote.
    #[arg(long, value_name = "IP", conflicts_with = "socket")]
    pub(crate) listen: Option<IpAddr>,
    /// Allow an address that other machines can reach, such as 0.0.0.0 in a container.
    #[arg(long)]
    pub(crate) allow_remote: bool,
    /// Listen on a Unix socket in a folder of your user alone, so that no other program can take the gateway's place.
    #[arg(long, value_name = "PATH", conflicts_with = "port")]
    pub(crate) socket: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) tls: TlsOptions,
    #[command(flatten)]
    pub(crate) log: AccessLogOptions,
    /// Serve Prometheus metrics at /metrics of this address of loopback, or only its port.
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = place::listen)]
    pub(crate) metrics: Option<SocketAddr>,
    /// The API for this run, instead of the environment's endpoint.
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// Let the API see its own host in this run, and not the one that its caller asked for.
    #[arg(long)]
    pub(crate) own_host: bool,
}

#[derive(Debug, Args)]
pub(crate) struct EditGateway {
    #[command(flatten)]
    pub(crate) of: OfEnvironment,
    #[command(flatten)]
    pub(crate) edits: GatewayEdits,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct GatewayEdits {
    /// The port on loopback from its next start on.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: Option<u16>,
    /// Which host the API sees: the one that its caller asked for, or its own.
    #[arg(long)]
    pub(crate) host: Option<HostWord>,
    /// Whether CORS preflights, which carry no key, pass unchecked.
    #[arg(long)]
    pub(crate) preflights: Option<PreflightWord>,
    /// Put the built-in sample API behind it while the environment has no endpoint.
    #[arg(long, conflicts_with = "no_sample")]
    pub(crate) sample: bool,
    /// Take the sample API away.
    #[arg(long)]
    pub(crate) no_sample: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum HostWord {
    Caller,
    Own,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PreflightWord {
    Pass,
    Refuse,
}

#[derive(Debug, Args)]
pub(crate) struct RouteRuleEdits {
    /// Add a rule at the end: METHOD PATH NEED, such as "POST /search read" or "* /health open". A path that ends with /*
    /// stands for all below it.
    #[arg(long, value_name = "RULE")]
    pub(crate) add: Vec<RouteRule>,
    /// Remove the rule at this place, from 1.
    #[arg(long, value_name = "PLACE")]
    pub(crate) remove: Option<usize>,
    /// Remove every rule.
    #[arg(long, conflicts_with = "remove")]
    pub(crate) clear: bool,
    /// Say what a request such as "POST /search" needs; changes nothing.
    #[arg(long, value_name = "REQUEST", value_parser = request, conflicts_with_all = ["add", "remove", "clear"])]
    pub(crate) test: Option<RequestWords>,
}

/// A request that is only talked about.
#[derive(Debug, Clone)]
pub(crate) struct RequestWords {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
}

fn request(words: &str) -> Result<RequestWords, &'static str> {
    let form = "a request is a method and a path, such as GET /products";
    let (method, target) = words.trim().split_once(' ').ok_or(form)?;
    let target = target.trim_start();
    if RequestFacts::parse(method, target).is_err() || !target.starts_with('/') {
        return Err(form);
    }
    Ok(RequestWords {
        method: method.to_owned(),
        target: target.to_owned(),
    })
}
