//! Asking before something final. The registry says whose name must be typed; here it is asked for on a terminal, and
//! where there is none the words of the command line must say it.

use std::io::{IsTerminal, Write};

use crate::arguments::Consent;
use crate::failure::Failure;
use crate::hint;

/// What is about to end.
pub(crate) struct Final<'a> {
    /// What will be done, as a word: `Revoke`.
    pub(crate) act: &'a str,
    /// Its name.
    pub(crate) name: &'a str,
    /// Why the name must be typed: `a production key`. Only read where it must.
    pub(crate) noun: &'a str,
    /// Whether the name must be typed.
    pub(crate) by_name: bool,
}

/// The name that was typed or given, if any; a failure unless it was confirmed.
pub(crate) fn ask(wish: Consent, what: &Final<'_>) -> Result<Option<String>, Failure> {
    let Final {
        act,
        name,
        noun,
        by_name,
    } = what;
    // A name that is asked for is not replaced by a yes.
    if wish.confirm.is_some() || (wish.yes && !by_name) {
        return Ok(wish.confirm);
    }
    if !std::io::stdin().is_terminal() {
        let act = act.to_lowercase();
        return Err(if *by_name {
            Failure::new(
                "not_confirmed",
                format!("Refusing to {act} {noun} without its name as confirmation."),
                format!("Add --confirm {}; --yes is not enough.", hint::quoted(name)),
            )
        } else {
            Failure::new(
                "not_confirmed",
                format!(
                    "Refusing to {act} {name} without confirmation: there is no terminal to ask on."
                ),
                "Add --yes.",
            )
        });
    }
    let question = if *by_name {
        format!("{act} {name}? This cannot be undone. Type its name to confirm: ")
    } else {
        format!("{act} {name}? This cannot be undone. [y/N] ")
    };
    let mut answer = String::new();
    let mut err = std::io::stderr();
    write!(err, "{question}")
        .and_then(|()| err.flush())
        .and_then(|()| std::io::stdin().read_line(&mut answer).map(|_| ()))
        .map_err(|cause| Failure::system("The terminal did not answer", &cause))?;
    let answer = answer.trim();
    match (by_name, answer) {
        (true, name) => Ok(Some(name.to_owned())),
        (false, "y" | "Y" | "yes") => Ok(None),
        (false, _) => Err(Failure::new("not_confirmed", "Nothing was changed.", "")),
    }
}
