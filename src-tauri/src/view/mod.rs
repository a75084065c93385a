//! What the window is sent: the only types that are serialized for it, one noun a file. Made from what the registry
//! answers; the window's JavaScript gets its types from here. A plain key is in exactly one of them, [`Prompt`].

mod change;
mod environment;
mod gateway;
mod key;
mod keychain;
mod notice;
mod playground;
mod project;
mod prompt;
mod settings;
mod start;

pub use change::{Change, ClipboardHold, Problem};
pub use environment::{Environment, EnvironmentInput, EnvironmentPreview, KeyLocation};
pub use gateway::{
    Decision, Gateway, GatewayOffer, PortConflict, Proxy, RouteRule, RouteTest, RunningGateway,
};
pub use key::Key;
pub use keychain::KeychainStatus;
pub use notice::{Notice, NoticeKind};
pub use playground::{
    CheckedAnswer, CreatedSample, Header, KeyCheck, PlaygroundAnswer, PlaygroundKey, Trial,
};
pub use project::{CreatedProject, Project};
pub use prompt::{ClosedPrompt, Prompt};
pub use settings::{Settings, Theme};
pub use start::{ProjectEnvironments, Start};
