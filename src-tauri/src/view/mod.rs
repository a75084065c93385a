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

pub use environment::{Environment, EnvironmentInput, EnvironmentPreview, KeyLocation};
pub use event::{AppEvent, ClipboardState, Problem};
pub use gateway::{
    Decision, Gateway, PortConflict, RestorableGateway, RouteRule, RouteTest, RunningGateway,
};
pub use key::Key;
pub use keychain::KeychainStatus;
pub use notice::Notice;
pub use playground::{
    CheckResult, CreatedSample, Header, KeyCheck, PlaygroundKey, PlaygroundResponse, Trial,
};
pub use project::{CreatedProject, Project};
pub use prompt::{ClosedPrompt, Prompt};
pub use settings::Settings;
pub use start::{ProjectEnvironments, Start};
