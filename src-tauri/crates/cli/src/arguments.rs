//! The command-line arguments. None takes a plain key, because process lists show arguments.

mod confirmation;
mod environment;
mod environment_option;
mod gateway;
mod key;
mod listen_address;
mod logging;
mod open;
mod port;
mod proxy;
mod requests;
mod serve;
mod snippet;
mod store;
mod tls;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

pub(crate) use confirmation::Confirmation;
pub(crate) use environment::{CreateEnvironment, EditEnvironment, EnvironmentCommand};
pub(crate) use environment_option::{ENVIRONMENT_VARIABLE, EnvironmentOption};
pub(crate) use gateway::{
    EditGateway, GatewayCommand, HostHeader, PreflightPolicy, RouteRuleEdits, RunGateway,
    SunsetPolicy, TestedRequest,
};
pub(crate) use key::{
    CreateKey, DisableKey, EditKey, KeyArguments, KeyCommand, KeyOutput, ListKeys, RevokeKey,
    RotateKey,
};
pub(crate) use open::Open;
pub(crate) use port::InvalidPort;
pub(crate) use requests::Requests;
pub(crate) use serve::Serve;
pub(crate) use snippet::Snippet;
pub(crate) use store::{CopyStore, StoreCommand};

/// Sorts global options after a command's own; clap's help and version are 999 and up.
const GLOBAL_ORDER: usize = 998;

/// Issue API keys and let only valid keys through to your APIs.
#[derive(Debug, Parser)]
#[command(name = "keystile", version, propagate_version = true)]
pub(crate) struct Arguments {
    /// Store: its folder, or postgres://USER@HOST/DATABASE; its password belongs in PGPASSFILE or PGPASSWORD
    /// [env: KEYSTILE_DB] [default: the desktop app's store].
    #[arg(long, global = true, value_name = "STORE", display_order = GLOBAL_ORDER)]
    pub(crate) db: Option<PathBuf>,
    /// Print results and errors as JSON.
    #[arg(long, global = true, display_order = GLOBAL_ORDER)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Manage projects.
    #[command(subcommand)]
    Project(ProjectCommand),
    /// Manage environments.
    #[command(subcommand)]
    Env(EnvironmentCommand),
    /// Manage API keys.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Verify a key read from standard input.
    #[command(after_help = VERIFY_STATUS)]
    Verify(Verify),
    /// Run the HTTP service: verify, introspect, forward-auth, and the admin API.
    Serve(Serve),
    /// Run and configure the built-in reverse proxy.
    #[command(subcommand)]
    Gateway(GatewayCommand),
    /// Show the requests of an environment, oldest first; with --json, as JSON Lines.
    Requests(Requests),
    /// Print a reverse proxy's configuration.
    Snippet(Snippet),
    /// Create, check, and copy stores.
    #[command(subcommand)]
    Store(StoreCommand),
    /// Show the replicas of a store on PostgreSQL.
    #[command(subcommand)]
    Fleet(FleetCommand),
    /// Open the desktop window, or show an environment in it.
    Open(Open),
    /// Check the installation.
    Doctor(Doctor),
    /// Run a self-contained demo.
    Demo,
    /// Print shell completions.
    #[command(after_help = COMPLETION_PATHS)]
    Completions {
        /// Shell.
        shell: Shell,
    },
}

impl Command {
    /// Whether it needs an existing store. Only `project create` creates one.
    pub(crate) fn requires_store(&self) -> bool {
        match self {
            Self::Project(command) => !matches!(command, ProjectCommand::Create { .. }),
            Self::Env(_)
            | Self::Gateway(_)
            | Self::Fleet(_)
            | Self::Key(_)
            | Self::Requests(_)
            | Self::Serve(_)
            | Self::Verify(_) => true,
            // These check it themselves or use none.
            Self::Snippet(_)
            | Self::Open(_)
            | Self::Doctor(_)
            | Self::Demo
            | Self::Store(_)
            | Self::Completions { .. } => false,
        }
    }

    /// Whether it may run a server.
    pub(crate) fn is_server(&self) -> bool {
        matches!(self, Self::Serve(_) | Self::Gateway(_) | Self::Demo)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum FleetCommand {
    /// List the replicas that check keys from memory: services, gateways, and programs with the library.
    Status,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProjectCommand {
    /// List projects.
    List,
    /// Create a project.
    Create {
        /// Project name, 1 to 80 characters.
        name: String,
    },
    /// Show a project.
    Show {
        /// Project name or ID.
        project: String,
    },
    /// Rename a project.
    Rename {
        /// Project name or ID.
        project: String,
        /// New name, 1 to 80 characters.
        name: String,
    },
    /// Delete a project and its environments, and revoke their keys. This cannot be undone.
    Delete {
        /// Project name or ID.
        project: String,
        #[command(flatten)]
        confirmation: Confirmation,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    // Any text is accepted here: clap would repeat an invalid value, which may be a key.
    /// Read the key from standard input (the default).
    #[arg(value_name = "-")]
    pub(crate) source: Option<String>,
    #[command(flatten)]
    pub(crate) environment: EnvironmentOption,
    /// Check write access instead of read access.
    #[arg(long)]
    pub(crate) write: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Address where `keystile serve` listens or will listen.
    #[arg(long, default_value = "127.0.0.1:7878", value_name = "ADDRESS:PORT", value_parser = listen_address::parse)]
    pub(crate) listen: SocketAddr,
}

const VERIFY_STATUS: &str = "Exit status: 0 allowed, 3 denied, 1 error, 2 invalid usage.";

const COMPLETION_PATHS: &str = "\
Where to save them:
  bash  keystile completions bash > ~/.local/share/bash-completion/completions/keystile
  zsh   keystile completions zsh > DIRECTORY/_keystile, with DIRECTORY in fpath before compinit
  fish  keystile completions fish > ~/.config/fish/completions/keystile.fish";
