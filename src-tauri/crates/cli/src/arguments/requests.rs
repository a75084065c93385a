//! Arguments of `keystile requests`.

use clap::Args;
use keystile_store::MAX_REQUESTS;

use super::environment_option::EnvironmentOption;

#[derive(Debug, Args)]
pub(crate) struct Requests {
    #[command(flatten)]
    pub(crate) environment: EnvironmentOption,
    /// Show only allowed requests.
    #[arg(long, conflicts_with = "denied")]
    pub(crate) allowed: bool,
    /// Show only denied requests.
    #[arg(long)]
    pub(crate) denied: bool,
    /// Show only requests with this key, by ID or name.
    #[arg(long)]
    pub(crate) key: Option<String>,
    /// Show only requests in which these words occur: in method, path, status, client, key ID, key name, or code.
    #[arg(long, value_name = "WORDS")]
    pub(crate) search: Option<String>,
    /// Number of past requests to show.
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(0..=i64::from(MAX_REQUESTS)))]
    pub(crate) limit: u32,
    /// Continue with new requests until interrupted.
    #[arg(long)]
    pub(crate) follow: bool,
}
