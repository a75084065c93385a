//! Everything the first screen needs, in one answer.

use serde::Serialize;
use ts_rs::TS;

use super::change::ClipboardHold;
use super::environment::Environment;
use super::gateway::{GatewayOffer, RunningGateway};
use super::notice::Notice;
use super::playground::Trial;
use super::project::Project;
use super::settings::Settings;

/// Everything the first screen needs, in one answer.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub struct Start {
    pub settings: Settings,
    pub projects: Vec<Project>,
    pub first: Option<ProjectEnvironments>,
    pub notices: Vec<Notice>,
    pub prompt: Option<String>,
    pub clipboard: Option<ClipboardHold>,
    pub gateways: Vec<RunningGateway>,
    /// Gateways that ran when the program ended, and do not run now.
    pub offers: Vec<GatewayOffer>,
    pub trial: Option<Trial>,
    pub version: String,
    pub database_path: String,
    pub keychain_name: String,
}

/// The list that the first screen shows: of the project that was open last, or of the first one.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub struct ProjectEnvironments {
    pub project_id: String,
    pub environments: Vec<Environment>,
}
