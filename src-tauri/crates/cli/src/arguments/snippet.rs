//! Arguments of `keystile snippet`.

use std::net::SocketAddr;

use clap::Args;
use keystile_service::Proxy;

use super::environment_option::EnvironmentOption;
use super::{listen_address, proxy};

#[derive(Debug, Args)]
pub(crate) struct Snippet {
    /// Reverse proxy.
    #[arg(value_parser = proxy::parser())]
    pub(crate) proxy: Proxy,
    #[command(flatten)]
    pub(crate) environment: EnvironmentOption,
    /// Skip checking that the environment exists, if its store is on another machine.
    #[arg(long)]
    pub(crate) unchecked: bool,
    /// API behind the proxy, as HOST:PORT or URL [default: the environment's endpoint, or 127.0.0.1:8000].
    #[arg(long, value_name = "API")]
    pub(crate) upstream: Option<String>,
    /// Address where `keystile serve` listens.
    #[arg(long, default_value = "127.0.0.1:7878", value_name = "ADDRESS:PORT", value_parser = listen_address::parse)]
    pub(crate) service: SocketAddr,
    /// Unix socket where `keystile serve` listens (nginx, Caddy, Envoy).
    #[arg(long, value_name = "PATH", conflicts_with = "service")]
    pub(crate) service_socket: Option<String>,
    /// Address where the proxy listens, or a port on 127.0.0.1. Use 0.0.0.0:8080 for access from other machines.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT", value_parser = listen_address::parse_fixed)]
    pub(crate) listen: SocketAddr,
    /// Host name of the API, for a proxy with several sites.
    #[arg(long, value_name = "NAME")]
    pub(crate) server_name: Option<String>,
    /// Print what an existing server or site block needs: for nginx a part for http and one for the server, for Caddy
    /// one part.
    #[arg(long)]
    pub(crate) location_only: bool,
}
