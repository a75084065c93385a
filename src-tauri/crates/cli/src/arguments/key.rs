//! Arguments of `keystile key`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::confirmation::Confirmation;
use super::environment_option::EnvironmentOption;

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// List the keys of an environment, newest first.
    List(EnvironmentOption),
    /// Create a key, and print it once or write it to a new file.
    Create(CreateKey),
    /// Show a key's details, never the key itself.
    Show(KeyArguments),
    /// Revoke a key. This cannot be undone.
    Revoke {
        #[command(flatten)]
        key: KeyArguments,
        #[command(flatten)]
        confirmation: Confirmation,
    },
    /// Disable a key until it is enabled again.
    Disable(KeyArguments),
    /// Enable a disabled key.
    Enable(KeyArguments),
}

#[derive(Debug, Args)]
pub(crate) struct CreateKey {
    #[command(flatten)]
    pub(crate) environment: EnvironmentOption,
    /// Key name, such as the client that will use it.
    #[arg(long)]
    pub(crate) name: String,
    /// Allow writing as well as reading.
    #[arg(long)]
    pub(crate) write: bool,
    /// Also store the key in the system keychain.
    #[arg(long)]
    pub(crate) keychain: bool,
    /// Write the key to a new file that only you can read.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Print the key even if standard output is not a terminal.
    #[arg(long, conflicts_with = "out")]
    pub(crate) print: bool,
}

/// Names one key.
#[derive(Debug, Args)]
pub(crate) struct KeyArguments {
    /// Key ID, or key name together with --env.
    pub(crate) key: String,
    /// Environment of the key, as PROJECT/ENVIRONMENT or ID [env: KEYSTILE_ENV].
    #[arg(long, visible_alias = "environment", value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
}
