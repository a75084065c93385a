//! The states of a key and the only moves between them.
//! The registry asks `becomes` before it writes a state; `authorize` looks at it for every request.
//! It knows neither who moves a key nor why. A new state is a new design, not a new variant.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Where a key is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Issued, not copied yet; it opens nothing.
    Pending,
    /// Copied; it opens its environment.
    Active,
    /// Switched off for now.
    Disabled,
    /// Ended by somebody.
    Revoked,
    /// Ended by its date.
    Expired,
    /// Ended because it was never copied and its prompt is gone.
    Unclaimed,
    /// Ended in its prompt.
    Discarded,
}

/// The text is no state.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("this is not a state of a key")]
pub struct ParseStateError;

/// A move that no key makes.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a key that is {from} does not become {to}")]
pub struct InvalidTransition {
    /// The state the key is in.
    pub from: State,
    /// The state it was to have.
    pub to: State,
}

impl State {
    /// Every state, in the order of a key's life.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Active,
        Self::Disabled,
        Self::Revoked,
        Self::Expired,
        Self::Unclaimed,
        Self::Discarded,
    ];

    /// The word that is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::Unclaimed => "unclaimed",
            Self::Discarded => "discarded",
        }
    }

    /// Whether the key has not ended: it can still become active, and its name is taken as long.
    pub fn is_living(self) -> bool {
        matches!(self, Self::Pending | Self::Active | Self::Disabled)
    }

    /// The next state, if a key makes this move. Staying is no move, and what has ended stays ended.
    pub fn transition_to(self, next: Self) -> Result<Self, InvalidTransition> {
        let allowed = match self {
            Self::Pending => matches!(
                next,
                Self::Active | Self::Revoked | Self::Unclaimed | Self::Discarded
            ),
            Self::Active => matches!(
                next,
                Self::Disabled | Self::Revoked | Self::Expired | Self::Discarded
            ),
            Self::Disabled => matches!(next, Self::Active | Self::Revoked | Self::Expired),
            Self::Revoked | Self::Expired | Self::Unclaimed | Self::Discarded => false,
        };
        if allowed {
            Ok(next)
        } else {
            Err(InvalidTransition {
                from: self,
                to: next,
            })
        }
    }
}

impl FromStr for State {
    type Err = ParseStateError;

    fn from_str(text: &str) -> Result<Self, ParseStateError> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(ParseStateError)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
