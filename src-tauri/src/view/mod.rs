//! The types that are exchanged with the window, one noun per file. TypeScript types are generated from them. Only
//! [`Prompt`] contains a plain key.

mod activity;
mod bulk_change;
mod changed_rows;
mod environment;
mod event;
mod gateway;
mod http_service;
mod key;
mod key_event;
mod key_secret;
mod keychain;
mod link;
mod location;
mod notice;
mod playground;
mod project;
mod prompt;
mod request;
mod search;
mod settings;
mod start;

pub(crate) use activity::EnvironmentActivity;
pub(crate) use bulk_change::{
    BulkChange, BulkPlan, BulkProgress, BulkResult, BulkUndone, KeySelection,
};
pub(crate) use changed_rows::ChangedRows;
pub(crate) use environment::{
    Environment, EnvironmentChanges, EnvironmentDetail, EnvironmentInput, EnvironmentPreview,
};
pub(crate) use event::{AppEvent, ClipboardState, Problem, ServingGateway};
pub(crate) use gateway::{
    Decision, Gateway, GatewayChanges, PortConflict, RestorableGateway, RouteRule, RouteTest,
    RunningGateway,
};
pub(crate) use http_service::HttpServiceState;
pub(crate) use key::{Key, KeyChanges, KeyInput, KeyPage, KeyQuery, permissions};
pub(crate) use key_event::KeyEvent;
pub(crate) use key_secret::KeySecret;
pub(crate) use keychain::KeychainStatus;
pub(crate) use link::LinkedPlace;
pub(crate) use location::Location;
pub(crate) use notice::Notice;
pub(crate) use playground::{
    CreatedSample, Header, KeyCheck, PlaygroundKey, PlaygroundResponse, Trial,
};
pub(crate) use project::{CreatedProject, Project};
pub(crate) use prompt::{ClosedPrompt, Prompt};
pub(crate) use request::{RequestKey, RequestPage, RequestQuery};
pub(crate) use search::{FoundKey, IdentifiedKey};
pub(crate) use settings::{Settings, SettingsChanges};
pub(crate) use start::{ProjectEnvironments, Start};
