//! The data of the first screen.

use serde::Serialize;
use ts_rs::TS;

use super::environment::Environment;
use super::event::ClipboardState;
use super::gateway::{RestorableGateway, RunningGateway};
use super::notice::Notice;
use super::playground::Trial;
use super::project::Project;
use super::settings::Settings;

/// The data of the first screen.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the names are self-explanatory")]
pub struct Start {
    pub settings: Settings,
    pub projects: Vec<Project>,
    pub first: Option<ProjectEnvironments>,
    pub notices: Vec<Notice>,
    pub prompt: Option<String>,
    pub clipboard: Option<ClipboardState>,
    pub gateways: Vec<RunningGateway>,
    /// Gateways that ran when the program last ended and do not run now.
    pub restorable: Vec<RestorableGateway>,
    pub trial: Option<Trial>,
    pub version: String,
    pub database_path: String,
    pub keychain_name: String,
}

/// The environments on the first screen: of the last selected project, or of the first one.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the names are self-explanatory")]
pub struct ProjectEnvironments {
    pub project_id: String,
    pub environments: Vec<Environment>,
}
