//! The words that say where: an environment, and an address to listen on. Which environment is meant is said in one way by
//! every verb: `--env`, also written `--environment`, or the variable KEYSTILE_ENV.

use std::net::{Ipv4Addr, SocketAddr};

use clap::Args;

/// Which environment.
#[derive(Debug, Args)]
pub(crate) struct OfEnvironment {
    /// Its environment, as project/environment or by its id.
    #[arg(
        long,
        visible_alias = "environment",
        value_name = "ENVIRONMENT",
        env = super::ENVIRONMENT_VARIABLE,
        hide_env_values = true
    )]
    pub(crate) env: String,
}

/// `ADDRESS:PORT`, or a port on loopback.
pub(crate) fn listen(words: &str) -> Result<SocketAddr, &'static str> {
    let on_loopback = |port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    words
        .parse()
        .map(on_loopback)
        .or_else(|_| words.parse())
        .map_err(|_| "write a port such as 8080, or an address with one such as 0.0.0.0:8080")
}

/// As [`listen`], for a program that cannot say which port the system chose.
pub(crate) fn listen_for_others(words: &str) -> Result<SocketAddr, &'static str> {
    match listen(words)? {
        address if address.port() == 0 => Err("write a port from 1 to 65535"),
        address => Ok(address),
    }
}
