//! The data of the first screen.

use serde::Serialize;
use ts_rs::TS;

use super::environment::Environment;
use super::event::ClipboardState;
use super::gateway::{RestorableGateway, RunningGateway};
use super::http_service::HttpServiceState;
use super::notice::Notice;
use super::playground::Trial;
use super::project::Project;
use super::settings::Settings;

/// The data of the first screen.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct Start {
    pub(crate) settings: Settings,
    pub(crate) projects: Vec<Project>,
    pub(crate) first: Option<ProjectEnvironments>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) prompt: Option<String>,
    pub(crate) clipboard: Option<ClipboardState>,
    pub(crate) gateways: Vec<RunningGateway>,
    /// Gateways that ran when the program last ended and do not run now.
    pub(crate) restorable: Vec<RestorableGateway>,
    /// Whether a link waits that determines the first page.
    pub(crate) has_link: bool,
    pub(crate) http_service: HttpServiceState,
    pub(crate) trial: Option<Trial>,
    pub(crate) version: String,
    pub(crate) data_folder: String,
    /// Null if the system has no folder for logs.
    pub(crate) log_path: Option<String>,
    pub(crate) keychain_name: String,
}

/// The environments on the first screen: of the last selected project, or of the first one.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct ProjectEnvironments {
    pub(crate) project_id: String,
    pub(crate) environments: Vec<Environment>,
}
