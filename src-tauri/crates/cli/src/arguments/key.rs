//! Arguments of `keystile key`.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use keystile_store::{Revocation, RevokeReason};

use super::confirmation::Confirmation;
use super::environment_option::{ENVIRONMENT_VARIABLE, EnvironmentOption};
use crate::expiry_argument::{ExpiryArgument, Length};

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// List the keys of an environment, newest first.
    List(ListKeys),
    /// Create a key, and print it once or write it to a new file.
    Create(CreateKey),
    /// Show a key's details, never the key itself.
    Show(KeyArguments),
    /// Change a key's name, permissions, expiry, owner, note, or tags. Omitted options keep their values.
    Edit(EditKey),
    /// Give a key another secret, and print it once or write it to a new file. The old one works for an overlap; one that
    /// is older ends.
    Rotate(RotateKey),
    /// End the old secret of a rotated key before its overlap is over.
    EndOldSecret(KeyArguments),
    /// Show what happened to a key, newest first.
    History(KeyArguments),
    /// Revoke a key, or all unused ones of an environment. This cannot be undone.
    Revoke(RevokeKey),
    /// Disable a key, for a time or until it is enabled again.
    Disable(DisableKey),
    /// Enable a disabled key.
    Enable(KeyArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ListKeys {
    /// Environment, as PROJECT/ENVIRONMENT or ID. With --expiring, all environments if omitted.
    #[arg(
        long = "env",
        visible_alias = "environment",
        value_name = "ENVIRONMENT",
        env = ENVIRONMENT_VARIABLE,
        hide_env_values = true,
        required_unless_present = "expiring"
    )]
    pub(crate) reference: Option<String>,
    /// List only keys that expire within a time such as 7d, the next one first. The exit code is 3 if there are any.
    #[arg(long, value_name = "TIME")]
    pub(crate) expiring: Option<Length>,
}

/// What is noted about a key.
#[derive(Debug, Args)]
pub(crate) struct KeyNotes {
    /// Person, team, or program that uses the key.
    #[arg(long)]
    pub(crate) owner: Option<String>,
    /// Any text, up to 500 characters.
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    /// Tags, separated by commas.
    #[arg(long, value_name = "TAGS")]
    pub(crate) tags: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct EditKey {
    #[command(flatten)]
    pub(crate) key: KeyArguments,
    #[command(flatten)]
    pub(crate) edits: KeyEdits,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct KeyEdits {
    /// New name, 1 to 80 characters.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Allow writing as well as reading.
    #[arg(long, conflicts_with = "no_write")]
    pub(crate) write: bool,
    /// Allow only reading, from the next request on.
    #[arg(long)]
    pub(crate) no_write: bool,
    /// Expiry: never, default (as the environment says), a length such as 30d, a date (its end in UTC), or a time.
    #[arg(long, value_name = "EXPIRY")]
    pub(crate) expires: Option<ExpiryArgument>,
    /// Person, team, or program that uses the key; "" removes it.
    #[arg(long)]
    pub(crate) owner: Option<String>,
    /// Any text, up to 500 characters; "" removes it.
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    /// Tags, separated by commas; "" removes all.
    #[arg(long, value_name = "TAGS")]
    pub(crate) tags: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct RevokeKey {
    /// Key ID, key name together with --env, or - to read a leaked key from standard input, which needs no confirmation.
    #[arg(required_unless_present = "unused")]
    pub(crate) key: Option<String>,
    /// Revoke the keys of --env that were not used for a time such as 90d, and are older than that. Uses count after 10 s.
    #[arg(long, value_name = "TIME", conflicts_with = "key")]
    pub(crate) unused: Option<Length>,
    /// List the keys that --unused would revoke, without revoking them.
    #[arg(long, requires = "unused", conflicts_with = "key")]
    pub(crate) dry_run: bool,
    /// Environment of the key, as PROJECT/ENVIRONMENT or ID [env: KEYSTILE_ENV].
    #[arg(long, visible_alias = "environment", value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    /// Why the key is revoked.
    #[arg(long, value_parser = revoke_reason())]
    pub(crate) reason: Option<RevokeReason>,
    /// Any text about it, up to 500 characters.
    #[arg(long, value_name = "TEXT", requires = "reason")]
    pub(crate) note: Option<String>,
    #[command(flatten)]
    pub(crate) confirmation: Confirmation,
}

impl RevokeKey {
    /// Returns why the keys are revoked: the given reason, or the default.
    pub(crate) fn revocation(&self, default: Option<RevokeReason>) -> Option<Revocation> {
        let reason = self.reason.or(default)?;
        let note = self.note.clone().unwrap_or_default();
        Some(Revocation { reason, note })
    }
}

#[derive(Debug, Args)]
pub(crate) struct DisableKey {
    #[command(flatten)]
    pub(crate) key: KeyArguments,
    /// Enable it again after a time such as 15m, at most 30 days.
    #[arg(long = "for", value_name = "TIME")]
    pub(crate) pause: Option<Length>,
}

/// Returns a parser that lists the reasons in help, errors, and completions.
fn revoke_reason() -> impl TypedValueParser<Value = RevokeReason> {
    PossibleValuesParser::new(RevokeReason::ALL.map(RevokeReason::as_str))
        .try_map(|name| name.parse::<RevokeReason>())
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
    /// Expiry: never, default (as the environment says), a length such as 30d, a date (its end in UTC), or a time.
    #[arg(long, value_name = "EXPIRY", default_value = "default")]
    pub(crate) expires: ExpiryArgument,
    #[command(flatten)]
    pub(crate) notes: KeyNotes,
    #[command(flatten)]
    pub(crate) output: KeyOutput,
}

/// Where a key is written, once.
#[derive(Debug, Args)]
pub(crate) struct KeyOutput {
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

#[derive(Debug, Args)]
pub(crate) struct RotateKey {
    #[command(flatten)]
    pub(crate) key: KeyArguments,
    /// How long the old secret works after the new one was written, such as 24h; 0 ends it then.
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = overlap)]
    pub(crate) overlap: Length,
    #[command(flatten)]
    pub(crate) output: KeyOutput,
    /// Name of a production key, which rotating it requires.
    #[arg(long, value_name = "NAME")]
    pub(crate) confirm: Option<String>,
}

fn overlap(text: &str) -> Result<Length, String> {
    if text == "0" {
        return Ok(Length(Duration::ZERO));
    }
    text.parse()
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
