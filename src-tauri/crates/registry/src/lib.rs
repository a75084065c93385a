//! What one can do with projects, environments and keys, one verb a file. Window, terminal and HTTP call the same
//! functions and only translate: this crate is the only place that decides. It knows no window and no terminal; the
//! clipboard, the keychain and the clock are passed in.

#![forbid(unsafe_code)]

mod claim;
mod clipboard;
mod clipboard_hold;
mod endpoint;
mod error;
mod fields;
mod prompt;
mod registry;

mod acknowledge_notice;
mod allow_request;
mod change_settings;
mod clear_clipboard;
mod close;
mod copy;
mod copy_from_keychain;
mod copy_text;
mod create_environment;
mod create_project;
mod create_sample;
mod delete_environment;
mod delete_project;
mod disable_key;
mod discard;
mod edit_environment;
mod edit_gateway;
mod enable_key;
mod find;
mod issue;
mod list;
mod open_trials;
mod preview_environment;
mod remove_from_keychain;
mod rename_project;
mod reveal;
mod revoke;
mod save;
mod show_gateway;
mod start_gateway;
mod sweep;
mod trial;
mod usage;

pub use change_settings::{CLIPBOARD_SECONDS, Settings, Theme};
pub use clipboard::{Clipboard, ClipboardError, Fingerprint, NoClipboard};
pub use clipboard_hold::ClipboardState;
pub use create_project::CreatedProject;
pub use edit_gateway::{GatewayInput, RouteRuleInput, route_rules};
pub use error::{Field, RegistryError};
pub use fields::EnvironmentInput;
pub use issue::IssueRequest;
pub use list::{Notice, NoticeKind};
pub use open_trials::Trial;
pub use preview_environment::EnvironmentPreview;
pub use prompt::{Prompt, Ticket};
pub use registry::Registry;
pub use show_gateway::{Gateway, UpstreamKind};
