//! What the window is sent: the only types that are serialized for it. Made from what the registry answers; the
//! window's JavaScript gets its types from here. A plain key is in exactly one of them, [`Prompt`].

use keystile_keys as keys;
use keystile_registry as registry;
use keystile_store as store;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::Failure;

/// The stage of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the words of keystile_keys::Stage")]
pub enum Stage {
    Development,
    Staging,
    Production,
}

impl From<keys::Stage> for Stage {
    fn from(stage: keys::Stage) -> Self {
        match stage {
            keys::Stage::Development => Self::Development,
            keys::Stage::Staging => Self::Staging,
            keys::Stage::Production => Self::Production,
        }
    }
}

impl From<Stage> for keys::Stage {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Development => Self::Development,
            Stage::Staging => Self::Staging,
            Stage::Production => Self::Production,
        }
    }
}

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the words of keystile_keys::Permission")]
pub enum Permission {
    Read,
    Write,
}

fn permissions(permissions: keys::Permissions) -> Vec<Permission> {
    let all = [
        (keys::Permission::Read, Permission::Read),
        (keys::Permission::Write, Permission::Write),
    ];
    all.into_iter()
        .filter(|(one, _)| permissions.allows(*one))
        .map(|(_, shown)| shown)
        .collect()
}

/// The state of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the words of keystile_keys::State")]
pub enum KeyState {
    Pending,
    Active,
    Disabled,
    Revoked,
    Expired,
    Unclaimed,
    Discarded,
}

impl From<keys::State> for KeyState {
    fn from(state: keys::State) -> Self {
        match state {
            keys::State::Pending => Self::Pending,
            keys::State::Active => Self::Active,
            keys::State::Disabled => Self::Disabled,
            keys::State::Revoked => Self::Revoked,
            keys::State::Expired => Self::Expired,
            keys::State::Unclaimed => Self::Unclaimed,
            keys::State::Discarded => Self::Discarded,
        }
    }
}

/// A project.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the fields of keystile_store::ProjectRow")]
pub struct Project {
    pub id: String,
    pub name: String,
    #[ts(type = "number")]
    pub environments: i64,
    #[ts(type = "number")]
    pub live_keys: i64,
    #[ts(type = "number")]
    pub created_at: i64,
}

impl From<store::ProjectRow> for Project {
    fn from(row: store::ProjectRow) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name,
            environments: row.environments,
            live_keys: row.live_keys,
            created_at: row.created_at.as_millis(),
        }
    }
}

/// An environment.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the fields of keystile_store::EnvironmentRow")]
pub struct Environment {
    pub id: String,
    pub project_id: String,
    pub project_name: String,
    pub name: String,
    pub stage: Stage,
    pub prefix: String,
    pub prefix_fixed: bool,
    pub endpoint: Option<String>,
    #[ts(type = "number | null")]
    pub activated_at: Option<i64>,
    #[ts(type = "number")]
    pub live_keys: i64,
    #[ts(type = "number")]
    pub created_at: i64,
}

impl From<store::EnvironmentRow> for Environment {
    fn from(row: store::EnvironmentRow) -> Self {
        Self {
            id: row.id.to_string(),
            project_id: row.project_id.to_string(),
            project_name: row.project_name,
            name: row.name,
            stage: row.stage.into(),
            prefix: row.prefix.as_str().to_owned(),
            prefix_fixed: row.first_issued_at.is_some(),
            endpoint: row.endpoint,
            activated_at: row.activated_at.map(keys::Timestamp::as_millis),
            live_keys: row.live_keys,
            created_at: row.created_at.as_millis(),
        }
    }
}

/// A new project and its first environment.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the fields of keystile_registry::Created")]
pub struct CreatedProject {
    pub project: Project,
    pub environment: Option<Environment>,
}

impl From<registry::Created> for CreatedProject {
    fn from(created: registry::Created) -> Self {
        Self {
            project: created.project.into(),
            environment: created.environment.map(Environment::from),
        }
    }
}

/// What an environment would be.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(
    missing_docs,
    reason = "the fields of keystile_registry::EnvironmentPreview"
)]
pub struct EnvironmentPreview {
    pub stage: Stage,
    pub prefix: String,
    pub example: String,
    pub prefix_problem: Option<String>,
}

impl From<registry::EnvironmentPreview> for EnvironmentPreview {
    fn from(preview: registry::EnvironmentPreview) -> Self {
        Self {
            stage: preview.stage.into(),
            prefix: preview.prefix,
            example: preview.example,
            prefix_problem: preview
                .problem
                .map(|problem| format!("{problem} {}", problem.advice())),
        }
    }
}

/// A key in a list.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the fields of keystile_store::KeyRow")]
pub struct Key {
    pub id: String,
    pub environment_id: String,
    pub name: String,
    pub prefix: String,
    pub permissions: Vec<Permission>,
    pub state: KeyState,
    #[ts(type = "number")]
    pub created_at: i64,
    #[ts(type = "number | null")]
    pub claimed_at: Option<i64>,
    #[ts(type = "number | null")]
    pub ended_at: Option<i64>,
    pub keychain: bool,
}

impl From<store::KeyRow> for Key {
    fn from(row: store::KeyRow) -> Self {
        Self {
            id: row.id.to_string(),
            environment_id: row.environment_id.to_string(),
            name: row.name,
            prefix: row.prefix,
            permissions: permissions(row.permissions),
            state: row.state.into(),
            created_at: row.created_at.as_millis(),
            claimed_at: row.claimed_at.map(keys::Timestamp::as_millis),
            ended_at: row.ended_at.map(keys::Timestamp::as_millis),
            keychain: row.keychain == Some(store::KeychainEntryState::Saved),
        }
    }
}

/// The one-time prompt. No `Debug`: `key` is the plain key.
#[derive(Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the fields of keystile_registry::Prompt")]
pub struct Prompt {
    pub ticket: String,
    pub state: KeyState,
    #[serde(serialize_with = "expose")]
    #[ts(type = "string | null")]
    pub key: Option<zeroize::Zeroizing<String>>,
    pub key_id: String,
    pub prefix: String,
    pub name: String,
    pub permissions: Vec<Permission>,
    pub project_id: String,
    pub project_name: String,
    pub environment_id: String,
    pub environment_name: String,
    pub stage: Stage,
    pub copied: bool,
    pub keychain: bool,
    pub activated: bool,
}

/// The one place where a plain key becomes part of a message: to the window that holds its ticket.
fn expose<S: serde::Serializer>(
    key: &Option<zeroize::Zeroizing<String>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    key.as_ref().map(|key| key.as_str()).serialize(serializer)
}

impl Prompt {
    /// What has become of the prompt, for a window that has the key on screen: each sending of it is one more copy in the
    /// memory of the web process.
    pub(crate) fn without_key(mut prompt: registry::Prompt) -> Self {
        prompt.plain = None;
        prompt.into()
    }
}

impl From<registry::Prompt> for Prompt {
    fn from(prompt: registry::Prompt) -> Self {
        let copied = prompt.is_copied();
        let keychain = prompt.is_saved();
        Self {
            ticket: prompt.ticket.as_str().to_owned(),
            state: prompt.key.state.into(),
            key: prompt.plain,
            key_id: prompt.key.id.to_string(),
            prefix: prompt.key.prefix,
            name: prompt.key.name,
            permissions: permissions(prompt.key.permissions),
            project_id: prompt.key.project_id.to_string(),
            project_name: prompt.key.project_name,
            environment_id: prompt.key.environment_id.to_string(),
            environment_name: prompt.key.environment_name,
            stage: prompt.key.stage.into(),
            copied,
            keychain,
            activated: prompt.activated,
        }
    }
}

/// Where a closed prompt leads.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "three ids")]
pub struct ClosedPrompt {
    pub project_id: String,
    pub environment_id: String,
    pub key_id: String,
}

/// What became of a key whose prompt died open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the words of keystile_registry::NoticeKind")]
pub enum NoticeKind {
    Unclaimed,
    Unclosed,
}

/// A prompt that died open.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the fields of keystile_registry::Notice")]
pub struct Notice {
    pub kind: NoticeKind,
    pub key_id: String,
    pub name: String,
    pub permissions: Vec<Permission>,
    pub project_id: String,
    pub project_name: String,
    pub environment_id: String,
    pub environment_name: String,
    pub stage: Stage,
}

impl From<registry::Notice> for Notice {
    fn from(notice: registry::Notice) -> Self {
        Self {
            kind: match notice.kind {
                registry::NoticeKind::Unclaimed => NoticeKind::Unclaimed,
                registry::NoticeKind::Unclosed => NoticeKind::Unclosed,
            },
            key_id: notice.key.id.to_string(),
            name: notice.key.name,
            permissions: permissions(notice.key.permissions),
            project_id: notice.key.project_id.to_string(),
            project_name: notice.key.project_name,
            environment_id: notice.key.environment_id.to_string(),
            environment_name: notice.key.environment_name,
            stage: notice.key.stage.into(),
        }
    }
}

/// That the clipboard holds a key.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(
    missing_docs,
    reason = "the fields of keystile_registry::ClipboardHold"
)]
pub struct ClipboardHold {
    pub seconds: Option<u32>,
    /// Milliseconds.
    #[ts(type = "number | null")]
    pub remaining_ms: Option<u64>,
}

impl From<registry::ClipboardHold> for ClipboardHold {
    fn from(hold: registry::ClipboardHold) -> Self {
        Self {
            seconds: hold.seconds,
            remaining_ms: hold
                .remaining
                .map(|remaining| u64::try_from(remaining.as_millis()).unwrap_or(u64::MAX)),
        }
    }
}

/// The look of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the words of keystile_registry::Theme")]
pub enum Theme {
    System,
    Light,
    Dark,
}

/// What the user chose.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
#[expect(missing_docs, reason = "the fields of keystile_registry::Settings")]
pub struct Settings {
    pub theme: Theme,
    pub clipboard_seconds: Option<u32>,
    pub single_keys: bool,
}

impl From<registry::Settings> for Settings {
    fn from(settings: registry::Settings) -> Self {
        Self {
            theme: match settings.theme {
                registry::Theme::System => Theme::System,
                registry::Theme::Light => Theme::Light,
                registry::Theme::Dark => Theme::Dark,
            },
            clipboard_seconds: settings.clipboard_seconds,
            single_keys: settings.single_keys,
        }
    }
}

impl From<Settings> for registry::Settings {
    fn from(settings: Settings) -> Self {
        Self {
            theme: match settings.theme {
                Theme::System => registry::Theme::System,
                Theme::Light => registry::Theme::Light,
                Theme::Dark => registry::Theme::Dark,
            },
            clipboard_seconds: settings.clipboard_seconds,
            single_keys: settings.single_keys,
        }
    }
}

/// Everything the first screen needs, in one answer.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub struct Start {
    pub settings: Settings,
    pub projects: Vec<Project>,
    pub notices: Vec<Notice>,
    pub prompt: Option<String>,
    pub clipboard: Option<ClipboardHold>,
    pub version: String,
    pub database_path: String,
    pub keychain_name: String,
}

/// What can be said of the system keychain without asking it for anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(
    missing_docs,
    reason = "the words of keystile_keychain::KeychainStatus"
)]
pub enum KeychainState {
    Ready,
    Locked,
    Absent,
    Failed,
}

/// The system keychain's state, and what to do about it.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub struct KeychainStatus {
    pub state: KeychainState,
    pub name: String,
    pub message: Option<String>,
    pub advice: Option<String>,
}

/// A failure that belongs to no command.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the fields of Failure")]
pub struct Problem {
    pub code: String,
    pub message: String,
    pub advice: String,
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Self {
            code: failure.code,
            message: failure.message,
            advice: failure.advice,
        }
    }
}

/// What the window is told without having asked.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum Change {
    /// Some process changed the database.
    Database,
    /// The clipboard was filled, emptied, or could not be emptied.
    #[expect(missing_docs, reason = "each field is named for what it is")]
    Clipboard {
        hold: Option<ClipboardHold>,
        cleared: bool,
        problem: Option<Problem>,
    },
    /// Closing was refused: a key that was not copied is on screen.
    #[expect(missing_docs, reason = "the ticket of its prompt")]
    CloseRefused { ticket: String },
    /// Quitting would clear a copied key.
    QuitAsked,
}
