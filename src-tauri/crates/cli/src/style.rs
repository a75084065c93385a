//! Terminal styles. They are removed on output that is not a terminal, and where `NO_COLOR` or `CLICOLOR` says so.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};
use keystile_keys::State;

/// Allowed, active, working.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Worth knowing; nothing is broken.
pub(crate) const NOTE: Style = AnsiColor::Yellow.on_default();
/// Denied, revoked, broken.
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
/// The first line of an error.
pub(crate) const ERROR: Style = BAD.bold();
/// Column heads and titles.
pub(crate) const HEADING: Style = Style::new().bold();
/// Less important, such as ids and times.
pub(crate) const DIM: Style = Style::new().dimmed();

/// Returns the text with escape codes around it.
pub(crate) fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Returns the style of a key state.
pub(crate) fn key_state(state: State) -> Style {
    match state {
        State::Active => GOOD,
        State::Pending | State::Disabled => NOTE,
        _ => BAD,
    }
}
