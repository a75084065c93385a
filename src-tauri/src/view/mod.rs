//! The types that are exchanged with the window, one noun per file. TypeScript types are generated from them. Only
//! [`Prompt`] contains a plain key.

mod environment;
mod event;
mod gateway;
mod key;
mod keychain;
mod notice;
mod playground;
mod project;
mod prompt;
mod settings;
mod start;

pub(crate) use environment::{Environment, EnvironmentInput, EnvironmentPreview};
pub(crate) use event::{AppEvent, ClipboardState, Problem};
pub(crate) use gateway::{
    Decision, Gateway, PortConflict, RestorableGateway, RouteRule, RouteTest, RunningGateway,
};
pub(crate) use key::Key;
pub(crate) use keychain::KeychainStatus;
pub(crate) use notice::Notice;
pub(crate) use playground::{CreatedSample, KeyCheck, PlaygroundKey, PlaygroundResponse, Trial};
pub(crate) use project::{CreatedProject, Project};
pub(crate) use prompt::{ClosedPrompt, Prompt};
pub(crate) use settings::Settings;
pub(crate) use start::{ProjectEnvironments, Start};
