//! Arguments of `keystile serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use keystile_service::Proxy;
use keystile_verifier::Consistency;

use super::logging::LoggingOptions;
use super::tls::TlsOptions;
use super::{listen_address, proxy};

/// How a service on PostgreSQL knows whether keys were revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConsistencyArgument {
    Lease,
    Ask,
}

impl From<ConsistencyArgument> for Consistency {
    fn from(argument: ConsistencyArgument) -> Self {
        match argument {
            ConsistencyArgument::Lease => Self::Lease,
            ConsistencyArgument::Ask => Self::Ask,
        }
    }
}

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
    /// On PostgreSQL: answer from memory while this process has a lease, or ask the database for each check, which works
    /// through a connection pooler.
    #[arg(long, value_enum, default_value_t = ConsistencyArgument::Lease)]
    pub(crate) consistency: ConsistencyArgument,
    /// Proxy to assume for /v1/auth requests that name none.
    #[arg(long, value_parser = proxy::parser())]
    pub(crate) proxy: Option<Proxy>,
}
