//! The words of the command line. A plain key is never one of them: whoever lists processes reads arguments.

mod access_log;
mod gateway;
mod place;
mod tls;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use keystile_keys::Stage;
use keystile_policy::KeyLocation;
use keystile_service::Proxy;

pub(crate) use access_log::AccessLogOptions;
pub(crate) use gateway::{
    EditGateway, GatewayVerb, HostWord, PreflightWord, RequestWords, RouteRuleEdits, RunGateway,
};
pub(crate) use place::OfEnvironment;
pub(crate) use tls::TlsOptions;

/// The environment that is meant where `--env` is left out.
pub(crate) const ENVIRONMENT_VARIABLE: &str = "KEYSTILE_ENV";
/// What every verb takes is listed after what is its own; clap's help and version are 999 and up.
const GLOBAL: usize = 998;

/// Issue API keys for your environments, and let only them through.
#[derive(Debug, Parser)]
#[command(name = "keystile", version, propagate_version = true)]
pub(crate) struct Arguments {
    /// Store folder or its keystile.db [env: KEYSTILE_DB] [default: the desktop app's].
    #[arg(long, global = true, value_name = "PATH", display_order = GLOBAL)]
    pub(crate) db: Option<PathBuf>,
    /// Answer in JSON, errors too.
    #[arg(long, global = true, display_order = GLOBAL)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Projects.
    #[command(subcommand)]
    Project(ProjectVerb),
    /// Environments of a project.
    #[command(subcommand)]
    Env(EnvironmentVerb),
    /// API keys of an environment.
    #[command(subcommand)]
    Key(KeyVerb),
    /// Check a key from standard input: exit 0 when accepted, 3 when refused.
    Verify(Verify),
    /// Answer over HTTP: verify, introspect, forward-auth.
    Serve(Serve),
    /// Let only keys through to an API: Keystile's own reverse proxy.
    #[command(subcommand)]
    Gateway(GatewayVerb),
    /// Print the configuration of a reverse proxy.
    Snippet(Snippet),
    /// Check that everything is working.
    Doctor(Doctor),
    /// See it work: two throw-away keys, an API that asks about them, and what each request got.
    Demo,
    /// Print completions for a shell.
    #[command(after_help = COMPLETIONS)]
    Completions {
        /// Which shell.
        shell: Shell,
    },
}

impl Verb {
    /// Whether it needs a store that exists. Only `project create` makes one.
    pub(crate) fn needs_a_store(&self) -> bool {
        match self {
            Self::Project(verb) => !matches!(verb, ProjectVerb::Create { .. }),
            Self::Env(_) | Self::Gateway(_) | Self::Key(_) | Self::Verify(_) | Self::Serve(_) => {
                true
            }
            // They look for one themselves, or need none.
            Self::Snippet(_) | Self::Doctor(_) | Self::Demo | Self::Completions { .. } => false,
        }
    }

    /// Whether it listens.
    pub(crate) fn answers_requests(&self) -> bool {
        matches!(self, Self::Serve(_) | Self::Gateway(_) | Self::Demo)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProjectVerb {
    /// List projects.
    List,
    /// Create a project.
    Create {
        /// 1 to 80 characters.
        name: String,
    },
    /// Show what is known about a project.
    Show {
        /// Its name, or its id.
        project: String,
    },
    /// Rename a project.
    Rename {
        /// Its name, or its id.
        project: String,
        /// The new name.
        name: String,
    },
    /// Delete a project with its environments; their living keys are revoked. Final.
    Delete {
        /// Its name, or its id.
        project: String,
        #[command(flatten)]
        consent: Consent,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum EnvironmentVerb {
    /// List the environments of a project, or all.
    List {
        /// Its name, or its id.
        project: Option<String>,
    },
    /// Create an environment.
    Create(CreateEnvironment),
    /// Show what is known about an environment.
    Show {
        /// As project/environment, or by its id.
        environment: String,
    },
    /// Change what was entered about an environment; what is left out stays.
    Edit(EditEnvironment),
    /// Delete an environment; its living keys are revoked. Final.
    Delete {
        /// As project/environment, or by its id.
        environment: String,
        #[command(flatten)]
        consent: Consent,
    },
}

/// That something final is meant.
#[derive(Debug, Args)]
pub(crate) struct Consent {
    /// Do not ask. Production keys and what has live keys need --confirm instead.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Confirm by name, for production keys and what has live keys.
    #[arg(long, value_name = "NAME")]
    pub(crate) confirm: Option<String>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct EnvironmentEdits {
    /// Another name.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// In production, revoking a key asks for its name.
    #[arg(long)]
    pub(crate) stage: Option<StageWord>,
    /// Can be changed until the first key was issued with it.
    #[arg(long)]
    pub(crate) prefix: Option<String>,
    /// The address of its API; "" removes it.
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// Where requests carry their key: default (X-API-KEY or Authorization: Bearer), x-api-key, bearer, or header:NAME.
    #[arg(long, value_name = "LOCATION")]
    pub(crate) key_location: Option<KeyLocation>,
}

#[derive(Debug, Args)]
pub(crate) struct EditEnvironment {
    /// As project/environment, or by its id.
    pub(crate) environment: String,
    #[command(flatten)]
    pub(crate) edits: EnvironmentEdits,
}

#[derive(Debug, Args)]
pub(crate) struct CreateEnvironment {
    /// As project/environment; the project must exist.
    pub(crate) environment: String,
    /// Guessed from the name when left out.
    #[arg(long)]
    pub(crate) stage: Option<StageWord>,
    /// The prefix of its keys; made from the name when left out.
    #[arg(long)]
    pub(crate) prefix: Option<String>,
    /// The address of its API.
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum StageWord {
    Production,
    Staging,
    Development,
}

impl From<StageWord> for Stage {
    fn from(word: StageWord) -> Self {
        match word {
            StageWord::Production => Self::Production,
            StageWord::Staging => Self::Staging,
            StageWord::Development => Self::Development,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyVerb {
    /// List the keys of an environment, newest first.
    List(OfEnvironment),
    /// Create a key and print it, this once, or write it to a new file.
    Create(CreateKey),
    /// Show what is known about a key; never the key.
    Show(Which),
    /// Revoke a key. Final.
    Revoke {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        consent: Consent,
    },
    /// Switch a key off for now.
    Disable(Which),
    /// Switch a disabled key on again.
    Enable(Which),
}

#[derive(Debug, Args)]
pub(crate) struct CreateKey {
    #[command(flatten)]
    pub(crate) of: OfEnvironment,
    /// What uses the key.
    #[arg(long)]
    pub(crate) name: String,
    /// It may write too; reading is always included.
    #[arg(long)]
    pub(crate) write: bool,
    /// Keep it in the system keychain as well.
    #[arg(long)]
    pub(crate) keychain: bool,
    /// Write it to a new file that only you can read.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Print it although standard output is no terminal, for example into another program.
    #[arg(long, conflicts_with = "out")]
    pub(crate) print: bool,
}

/// Which key.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Its id; or its name, together with --env.
    pub(crate) key: String,
    /// Its environment, as project/environment or by its id [env: KEYSTILE_ENV].
    #[arg(long, visible_alias = "environment", value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    // It is read as any text, because a refusal by the parser would repeat a key.
    /// Read from standard input (the default).
    #[arg(value_name = "-")]
    pub(crate) source: Option<String>,
    #[command(flatten)]
    pub(crate) of: OfEnvironment,
    /// Check for write access instead of read.
    #[arg(long)]
    pub(crate) write: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where to listen, or only the port on loopback; port 0 lets the system choose.
    #[arg(long, default_value = "127.0.0.1:7878", value_name = "ADDRESS:PORT", value_parser = place::listen)]
    pub(crate) listen: SocketAddr,
    /// Listen on a Unix socket in a folder of your user alone, so that no other program can take the service's place.
    #[arg(long, value_name = "PATH", conflicts_with = "listen")]
    pub(crate) socket: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) tls: TlsOptions,
    #[command(flatten)]
    pub(crate) log: AccessLogOptions,
    /// Listen where other machines can reach it. Needs --admin-token-file.
    #[arg(long)]
    pub(crate) allow_remote: bool,
    /// A file that only you can read, with the token that verify, introspect and metrics then require.
    #[arg(long, value_name = "FILE")]
    pub(crate) admin_token_file: Option<PathBuf>,
    /// Also accept this Host header.
    #[arg(long = "host", value_name = "NAME")]
    pub(crate) hosts: Vec<String>,
    /// Proxy to assume for requests to /v1/auth that name none.
    #[arg(long, value_parser = proxy)]
    pub(crate) proxy: Option<Proxy>,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Where `keystile serve` is to listen.
    #[arg(long, default_value = "127.0.0.1:7878", value_name = "ADDRESS:PORT", value_parser = place::listen)]
    pub(crate) listen: SocketAddr,
}

#[derive(Debug, Args)]
pub(crate) struct Snippet {
    /// nginx, caddy, traefik or envoy.
    #[arg(value_parser = proxy)]
    pub(crate) proxy: Proxy,
    /// project/environment, or its id. The configuration names the id, which survives renames.
    #[arg(
        long,
        visible_alias = "environment",
        value_name = "ENVIRONMENT",
        env = ENVIRONMENT_VARIABLE,
        hide_env_values = true
    )]
    pub(crate) env: String,
    /// Skip checking that the environment exists (its store is elsewhere).
    #[arg(long)]
    pub(crate) unchecked: bool,
    /// The API behind the proxy, as HOST:PORT or an http or https address; the environment's endpoint when left out, or
    /// 127.0.0.1:8000.
    #[arg(long, value_name = "API")]
    pub(crate) upstream: Option<String>,
    /// Where `keystile serve` listens.
    #[arg(long, default_value = "127.0.0.1:7878", value_name = "ADDRESS:PORT", value_parser = place::listen)]
    pub(crate) service: SocketAddr,
    /// The Unix socket where `keystile serve` listens, in place of an address (nginx, Caddy, Envoy).
    #[arg(long, value_name = "PATH", conflicts_with = "service")]
    pub(crate) unix: Option<String>,
    /// Where the proxy answers, or only the port on loopback; 0.0.0.0:8080 is reached from other machines.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT", value_parser = place::listen_for_others)]
    pub(crate) listen: SocketAddr,
    /// Host name of the API, for a proxy with several sites.
    #[arg(long, value_name = "NAME")]
    pub(crate) server_name: Option<String>,
    /// Print only what goes inside a server or site block that exists (nginx, Caddy).
    #[arg(long)]
    pub(crate) location_only: bool,
}

fn proxy(word: &str) -> Result<Proxy, String> {
    let names = || Proxy::ALL.map(Proxy::as_str).join(", ");
    Proxy::parse(word).ok_or_else(|| format!("one of {}", names()))
}

const COMPLETIONS: &str = "\
Where shells look for them:
  bash  keystile completions bash > ~/.local/share/bash-completion/completions/keystile
  zsh   keystile completions zsh > DIRECTORY/_keystile, with DIRECTORY in fpath before compinit
  fish  keystile completions fish > ~/.config/fish/completions/keystile.fish";
