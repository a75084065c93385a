//! The states of a key and the allowed transitions between them.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::timestamp::Timestamp;

/// The state of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(rename_all = "snake_case", rename = "KeyState")
)]
pub enum State {
    /// Issued and not claimed yet. Requests with it are denied.
    Pending,
    /// Claimed. Requests with it are allowed.
    Active,
    /// Suspended, for a time or until it is enabled again.
    Disabled,
    /// Revoked for good.
    Revoked,
    /// Past its expiry date.
    Expired,
    /// Revoked because its prompt was lost before the key was claimed.
    Unclaimed,
    /// Discarded in its prompt.
    Discarded,
}

/// The text is not the name of a state.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("unknown key state")]
pub struct ParseStateError;

/// A transition that is not allowed.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a key cannot change from {from} to {to}")]
pub struct InvalidTransition {
    /// The current state.
    pub from: State,
    /// The requested state.
    pub to: State,
}

impl State {
    /// All states, from issued to terminal.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Active,
        Self::Disabled,
        Self::Revoked,
        Self::Expired,
        Self::Unclaimed,
        Self::Discarded,
    ];

    /// Returns the stored name.
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

    /// Returns whether no transition leaves this state. The name of a key in a terminal state may be used again.
    pub fn is_terminal(self) -> bool {
        matches!(
            self,
            Self::Revoked | Self::Expired | Self::Unclaimed | Self::Discarded
        )
    }

    /// Returns the state at a time, of which the stored state may know nothing yet: a key expires, and a pause ends,
    /// without being written.
    #[must_use]
    pub fn at(
        self,
        disabled_until: Option<Timestamp>,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        let is_over = |end: Option<Timestamp>| end.is_some_and(|end| now >= end);
        match self {
            Self::Active | Self::Disabled if is_over(expires_at) => Self::Expired,
            Self::Disabled if is_over(disabled_until) => Self::Active,
            state => state,
        }
    }

    /// Returns `next` if a key may change from this state to it. A state is not its own successor.
    ///
    /// # Errors
    /// The transition is not allowed.
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
