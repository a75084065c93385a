//! The option `--env`, with its variable.

use clap::Args;

/// Names the environment where `--env` is omitted.
pub(crate) const ENVIRONMENT_VARIABLE: &str = "KEYSTILE_ENV";

#[derive(Debug, Args)]
pub(crate) struct EnvironmentOption {
    /// Environment, as PROJECT/ENVIRONMENT or ID.
    #[arg(
        long = "env",
        visible_alias = "environment",
        value_name = "ENVIRONMENT",
        env = ENVIRONMENT_VARIABLE,
        hide_env_values = true
    )]
    pub(crate) reference: String,
}
