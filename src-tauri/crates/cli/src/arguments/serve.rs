//! Arguments of `keystile serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use keystile_service::Proxy;

use super::logging::LoggingOptions;
use super::tls::TlsOptions;
use super::{listen_address, proxy};

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address to listen on, or a port on 127.0.0.1. Port 0 selects a free port.
    #[arg(long, default_value = "127.0.0.1:7878", value_name = "ADDRESS:PORT", value_parser = listen_address::parse)]
    pub(crate) listen: SocketAddr,
    /// Listen on a Unix socket, in a folder that only you can access.
    #[arg(long, value_name = "PATH", conflicts_with = "listen")]
    pub(crate) socket: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) tls: TlsOptions,
    #[command(flatten)]
    pub(crate) log: LoggingOptions,
    /// Allow connections from other machines. Requires --admin-token-file.
    #[arg(long)]
    pub(crate) allow_remote: bool,
    /// File with the token required for verify, introspect, and metrics requests, or several, one a line. Must be
    /// accessible only to you.
    #[arg(long, value_name = "FILE")]
    pub(crate) admin_token_file: Option<PathBuf>,
    /// Serve /v1/admin, which manages keys. A line of the token file, as TOKEN PROJECT, may be for one project only.
    #[arg(long, requires = "admin_token_file", conflicts_with = "allow_remote")]
    pub(crate) admin_api: bool,
    /// Additional Host header to accept. Can be repeated.
    #[arg(long = "allowed-host", value_name = "NAME")]
    pub(crate) allowed_hosts: Vec<String>,
    /// Proxy to assume for /v1/auth requests that name none.
    #[arg(long, value_parser = proxy::parser())]
    pub(crate) proxy: Option<Proxy>,
}
