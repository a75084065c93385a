//! Options that confirm a command which cannot be undone.

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct Confirmation {
    /// Skip the prompt. Production keys, and projects and environments with keys, require --confirm.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Confirm by name instead of at the prompt.
    #[arg(long, value_name = "NAME")]
    pub(crate) confirm: Option<String>,
}
