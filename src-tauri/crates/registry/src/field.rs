//! The fields of forms, by which an error is shown beside its field.

use std::borrow::Cow;

/// The form field that an error belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The name of a project.
    ProjectName,
    /// The name of an environment.
    EnvironmentName,
    /// The name of a key.
    KeyName,
    /// The prefix of an environment.
    Prefix,
    /// The endpoint of an environment.
    Endpoint,
    /// The key location of an environment.
    KeyLocation,
    /// The name typed to confirm an irreversible operation.
    Confirmation,
    /// The owner of a key.
    Owner,
    /// The note about a key.
    Note,
    /// The tags of a key.
    Tags,
    /// When a key expires.
    Expiry,
    /// The lifetimes of an environment's new keys.
    Lifetimes,
    /// The route rule with this index.
    RouteRule(usize),
}

impl Field {
    /// Returns the field's name in the window.
    pub fn name(self) -> Cow<'static, str> {
        let name = match self {
            Self::RouteRule(index) => return Cow::Owned(format!("rules.{index}")),
            Self::ProjectName => "projectName",
            Self::EnvironmentName => "environmentName",
            Self::KeyName => "name",
            Self::Prefix => "prefix",
            Self::Endpoint => "endpoint",
            Self::KeyLocation => "keyLocation",
            Self::Confirmation => "confirmation",
            Self::Owner => "owner",
            Self::Note => "note",
            Self::Tags => "tags",
            Self::Expiry => "expiry",
            Self::Lifetimes => "lifetimes",
        };
        Cow::Borrowed(name)
    }
}
