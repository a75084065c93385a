//! Confirmation of commands that cannot be undone: a prompt on a terminal, `--yes` or `--confirm NAME` elsewhere.

use std::io::{IsTerminal, Write};

use crate::arguments::Confirmation;
use crate::error::CliError;
use crate::hint;

/// A command that cannot be undone.
pub(crate) struct Destructive<'a> {
    /// The verb, such as `Revoke`.
    pub(crate) action: &'a str,
    /// The target as it is shown, such as `ci in Acme Shop/staging`.
    pub(crate) target: String,
    /// The name that confirms the command.
    pub(crate) name: &'a str,
    /// Whether the name must be typed or passed with `--confirm`; `--yes` is then not enough.
    pub(crate) requires_name: bool,
}

/// Returns the name that the user gave as confirmation, if any. The registry compares it.
///
/// # Errors
/// `not_confirmed` when the user declined, or when confirmation is missing and there is no terminal.
pub(crate) fn confirm(
    confirmation: Confirmation,
    command: &Destructive<'_>,
) -> Result<Option<String>, CliError> {
    let Destructive {
        action,
        target,
        name,
        requires_name,
    } = command;
    if confirmation.confirm.is_some() || (confirmation.yes && !requires_name) {
        return Ok(confirmation.confirm);
    }
    if !std::io::stdin().is_terminal() {
        let action = action.to_lowercase();
        return Err(CliError::new(
            "not_confirmed",
            format!("Refusing to {action} {target} without confirmation."),
            if *requires_name {
                format!("Add --confirm {}; --yes is not enough.", hint::quoted(name))
            } else {
                "Add --yes.".to_owned()
            },
        ));
    }
    let prompt = if *requires_name {
        "Type its name to confirm:"
    } else {
        "[y/N]"
    };
    let mut input = String::new();
    let mut stderr = std::io::stderr();
    write!(
        stderr,
        "{action} {target}? This cannot be undone. {prompt} "
    )
    .and_then(|()| stderr.flush())
    .and_then(|()| std::io::stdin().read_line(&mut input).map(|_| ()))
    .map_err(|cause| CliError::system("Cannot read from the terminal", &cause))?;
    match (requires_name, input.trim()) {
        (true, name) => Ok(Some(name.to_owned())),
        (false, "y" | "Y" | "yes") => Ok(None),
        (false, _) => Err(CliError::new("not_confirmed", "Canceled.", "")),
    }
}
