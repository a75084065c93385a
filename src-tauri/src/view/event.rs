//! Events that the window receives.

use keystile_registry as registry;
use serde::Serialize;
use ts_rs::TS;

use super::gateway::{Decision, RunningGateway};
use crate::error::CommandError;

/// The clipboard contains a key.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "see keystile_registry::ClipboardState")]
pub struct ClipboardState {
    pub seconds: Option<u32>,
    /// Milliseconds.
    #[ts(type = "number | null")]
    pub remaining_ms: Option<u64>,
}

impl From<registry::ClipboardState> for ClipboardState {
    fn from(state: registry::ClipboardState) -> Self {
        Self {
            seconds: state.seconds,
            remaining_ms: state
                .remaining
                .map(|remaining| u64::try_from(remaining.as_millis()).unwrap_or(u64::MAX)),
        }
    }
}

/// An error without a command.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "see CommandError")]
pub struct Problem {
    pub code: String,
    pub message: String,
    pub advice: String,
}

impl From<CommandError> for Problem {
    fn from(error: CommandError) -> Self {
        Self {
            code: error.code,
            message: error.message,
            advice: error.advice,
        }
    }
}

/// An event.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum AppEvent {
    /// A process changed the database.
    Database,
    /// A key was copied, or the clipboard was cleared or could not be cleared.
    #[expect(missing_docs, reason = "the names are self-explanatory")]
    Clipboard {
        state: Option<ClipboardState>,
        cleared: bool,
        problem: Option<Problem>,
    },
    /// A gateway started or stopped.
    #[expect(missing_docs, reason = "all running gateways")]
    Gateways { running: Vec<RunningGateway> },
    /// Decisions of a gateway, at most ten times a second.
    #[expect(missing_docs, reason = "the names are self-explanatory")]
    Decisions {
        environment_id: String,
        /// Oldest first.
        decisions: Vec<Decision>,
        /// The number of decisions that were left out.
        #[ts(type = "number")]
        skipped: u64,
    },
    /// The usage of an environment's keys changed.
    #[expect(missing_docs, reason = "the environment")]
    Usage { environment_id: String },
    /// Closing was blocked because an uncopied key is on screen.
    #[expect(missing_docs, reason = "the ticket of its prompt")]
    CloseBlocked { ticket: String },
    /// Quitting requires confirmation because it clears a key from the clipboard.
    ConfirmQuit,
}
