//! Events that the window receives.

use keystile_registry as registry;
use serde::Serialize;
use ts_rs::TS;

use super::changed_rows::ChangedRows;
use super::gateway::RunningGateway;
use super::http_service::HttpServiceState;
use crate::error::CommandError;

/// The clipboard contains a key.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct ClipboardState {
    pub(crate) seconds: Option<u32>,
    /// Milliseconds.
    #[ts(type = "number | null")]
    pub(crate) remaining_ms: Option<u64>,
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

/// A gateway that handled requests in the last minute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct ServingGateway {
    pub(crate) project_name: String,
    pub(crate) environment_name: String,
    pub(crate) address: String,
}

/// An error without a command.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct Problem {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) advice: String,
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
pub(crate) enum AppEvent {
    /// A process changed the database. Null: any row may have changed.
    Database { changed: Option<ChangedRows> },
    /// A key was copied, or the clipboard was cleared or could not be cleared.
    Clipboard {
        state: Option<ClipboardState>,
        cleared: bool,
        problem: Option<Problem>,
    },
    /// A gateway started or stopped.
    Gateways { running: Vec<RunningGateway> },
    /// The HTTP service started or stopped, or checked keys of another environment.
    HttpService { state: HttpServiceState },
    /// A process added requests to the request log.
    Requests,
    /// Usage counts changed.
    Usage,
    /// Another program opened a link. The window takes it when it is free to leave its place.
    Link,
    /// The prompt was closed together with the window.
    PromptClosed { ticket: String },
    /// Closing was blocked because an uncopied key is on screen.
    CloseBlocked { ticket: String },
    /// Quitting requires confirmation: it clears a key from the clipboard, or stops gateways or the HTTP service while
    /// they are in use.
    ConfirmQuit {
        clears_clipboard: bool,
        gateways: Vec<ServingGateway>,
        /// The address of the HTTP service if it is in use.
        http_service: Option<String>,
    },
}
