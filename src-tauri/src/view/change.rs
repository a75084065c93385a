//! What the window is told without having asked.

use keystile_registry as registry;
use serde::Serialize;
use ts_rs::TS;

use super::gateway::{Decision, RunningGateway};
use crate::error::Failure;

/// That the clipboard holds a key.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(
    missing_docs,
    reason = "the fields of keystile_registry::ClipboardHold"
)]
pub struct ClipboardHold {
    pub seconds: Option<u32>,
    /// Milliseconds.
    #[ts(type = "number | null")]
    pub remaining_ms: Option<u64>,
}

impl From<registry::ClipboardState> for ClipboardHold {
    fn from(hold: registry::ClipboardState) -> Self {
        Self {
            seconds: hold.seconds,
            remaining_ms: hold
                .remaining
                .map(|remaining| u64::try_from(remaining.as_millis()).unwrap_or(u64::MAX)),
        }
    }
}

/// A failure that belongs to no command.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the fields of Failure")]
pub struct Problem {
    pub code: String,
    pub message: String,
    pub advice: String,
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Self {
            code: failure.code,
            message: failure.message,
            advice: failure.advice,
        }
    }
}

/// What the window is told without having asked.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum Change {
    /// Some process changed the database.
    Database,
    /// The clipboard was filled, emptied, or could not be emptied.
    #[expect(missing_docs, reason = "each field is named for what it is")]
    Clipboard {
        hold: Option<ClipboardHold>,
        cleared: bool,
        problem: Option<Problem>,
    },
    /// A gateway was started or has stopped.
    #[expect(missing_docs, reason = "those that run now")]
    Gateways { running: Vec<RunningGateway> },
    /// A gateway decided, at most ten times a second.
    #[expect(missing_docs, reason = "each field is named for what it is")]
    Decisions {
        environment_id: String,
        /// Oldest first.
        decisions: Vec<Decision>,
        /// How many more there were than are told.
        #[ts(type = "number")]
        skipped: u64,
    },
    /// What is known about the use of an environment's keys has changed.
    #[expect(missing_docs, reason = "whose")]
    Usage { environment_id: String },
    /// Closing was refused: a key that was not copied is on screen.
    #[expect(missing_docs, reason = "the ticket of its prompt")]
    CloseRefused { ticket: String },
    /// Quitting would clear a copied key.
    QuitAsked,
}
