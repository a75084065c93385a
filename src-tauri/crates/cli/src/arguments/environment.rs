//! Arguments of `keystile env`.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use keystile_keys::Stage;
use keystile_policy::KeyLocation;

use super::confirmation::Confirmation;

#[derive(Debug, Subcommand)]
pub(crate) enum EnvironmentCommand {
    /// List the environments of one or all projects.
    List {
        /// Project name or ID.
        project: Option<String>,
    },
    /// Create an environment.
    Create(CreateEnvironment),
    /// Show an environment.
    Show {
        /// Environment, as PROJECT/ENVIRONMENT or ID.
        environment: String,
    },
    /// Change an environment. Omitted options keep their values.
    Edit(EditEnvironment),
    /// Delete an environment and revoke its keys. This cannot be undone.
    Delete {
        /// Environment, as PROJECT/ENVIRONMENT or ID.
        environment: String,
        #[command(flatten)]
        confirmation: Confirmation,
    },
}

#[derive(Debug, Args)]
pub(crate) struct CreateEnvironment {
    /// Environment, as PROJECT/ENVIRONMENT. The project must exist.
    pub(crate) environment: String,
    /// Stage [default: derived from the name].
    #[arg(long, value_parser = stage())]
    pub(crate) stage: Option<Stage>,
    /// Prefix of its keys [default: derived from the name].
    #[arg(long)]
    pub(crate) prefix: Option<String>,
    /// URL of its API.
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// Lifetime of new keys that have none of their own: days, or never [default: 90 in production, otherwise never].
    #[arg(long, value_name = "DAYS", value_parser = days)]
    pub(crate) default_expiry: Option<Days>,
    /// Longest lifetime of new keys: days, or never for unlimited [default: never].
    #[arg(long, value_name = "DAYS", value_parser = days)]
    pub(crate) max_expiry: Option<Days>,
}

#[derive(Debug, Args)]
pub(crate) struct EditEnvironment {
    /// Environment, as PROJECT/ENVIRONMENT or ID.
    pub(crate) environment: String,
    #[command(flatten)]
    pub(crate) edits: EnvironmentEdits,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct EnvironmentEdits {
    /// New name, 1 to 80 characters.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Stage. Revoking a production key requires its name.
    #[arg(long, value_parser = stage())]
    pub(crate) stage: Option<Stage>,
    /// Prefix of its keys. Fixed once a key has been issued.
    #[arg(long)]
    pub(crate) prefix: Option<String>,
    /// URL of its API; "" removes it.
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// Where clients send the key: default (X-API-KEY or Authorization: Bearer), x-api-key, bearer, or header:NAME.
    #[arg(long, value_name = "LOCATION")]
    pub(crate) key_location: Option<KeyLocation>,
    /// Lifetime of new keys that have none of their own: days, or never.
    #[arg(long, value_name = "DAYS", value_parser = days)]
    pub(crate) default_expiry: Option<Days>,
    /// Longest lifetime of new keys: days, or never for unlimited. Existing keys keep their expiry.
    #[arg(long, value_name = "DAYS", value_parser = days)]
    pub(crate) max_expiry: Option<Days>,
}

/// A number of days; `None`: never.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Days(pub(crate) Option<u32>);

fn days(text: &str) -> Result<Days, &'static str> {
    if text == "never" {
        return Ok(Days(None));
    }
    let number = text.strip_suffix('d').unwrap_or(text);
    let days = number
        .parse()
        .map_err(|_| "use days such as 90, or never")?;
    Ok(Days(Some(days)))
}

/// Returns a parser that lists the stages in help, errors, and completions.
fn stage() -> impl TypedValueParser<Value = Stage> {
    let stages = [Stage::Production, Stage::Staging, Stage::Development];
    PossibleValuesParser::new(stages.map(Stage::as_str)).try_map(|name| name.parse::<Stage>())
}
