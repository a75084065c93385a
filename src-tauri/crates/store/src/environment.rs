//! Environment rows. A deleted environment keeps its row, because issued keys still contain its prefix.

use keystile_keys::{EnvironmentId, Name, Prefix, ProjectId, Stage, Timestamp};
use keystile_policy::KeyLocation;

use crate::columns::Columns;
use crate::error::StoreError;

/// An environment with the name of its project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentRow {
    /// Its id.
    pub id: EnvironmentId,
    /// Its project.
    pub project_id: ProjectId,
    /// The name of the project.
    pub project_name: String,
    /// Its name.
    pub name: String,
    /// Its stage.
    pub stage: Stage,
    /// The prefix of its keys.
    pub prefix: Prefix,
    /// The upstream URL, if set.
    pub endpoint: Option<String>,
    /// Where requests carry their key.
    pub key_location: KeyLocation,
    /// The days after which a new key without an expiry of its own expires; `None`: never.
    pub default_days: Option<u32>,
    /// The longest allowed lifetime of a new key in days; `None`: unlimited.
    pub max_days: Option<u32>,
    /// When its first key was issued, which fixes the prefix.
    pub first_issued_at: Option<Timestamp>,
    /// When its first key was claimed, which activates it.
    pub activated_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// The number of active keys.
    pub active_keys: i64,
}

/// A new environment.
#[derive(Debug, Clone)]
pub struct NewEnvironment<'a> {
    /// Its id.
    pub id: EnvironmentId,
    /// Its project.
    pub project_id: ProjectId,
    /// Its name.
    pub name: &'a Name,
    /// Its other columns.
    pub change: EnvironmentChange<'a>,
}

/// The editable columns of an environment, without its name.
#[derive(Debug, Clone, Copy)]
pub struct EnvironmentChange<'a> {
    /// Its stage.
    pub stage: Stage,
    /// The prefix of its keys.
    pub prefix: &'a Prefix,
    /// The upstream URL.
    pub endpoint: Option<&'a str>,
    /// Where requests carry their key.
    pub key_location: &'a KeyLocation,
    /// The days after which a new key without an expiry of its own expires.
    pub default_days: Option<u32>,
    /// The longest allowed lifetime of a new key in days.
    pub max_days: Option<u32>,
}

impl EnvironmentRow {
    /// Returns `project/environment`.
    pub fn reference(&self) -> String {
        format!("{}/{}", self.project_name, self.name)
    }

    pub(crate) fn from_row(row: &impl Columns) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.parsed("id")?,
            project_id: row.parsed("project_id")?,
            project_name: row.text("project_name")?,
            name: row.text("name")?,
            stage: row.parsed("stage")?,
            prefix: Prefix::parse(&row.text("prefix")?)
                .map_err(|_| StoreError::invalid_row("prefix"))?,
            endpoint: row.optional_text("endpoint")?,
            key_location: row.parsed("key_location")?,
            default_days: row.optional_number("default_days")?,
            max_days: row.optional_number("max_days")?,
            first_issued_at: row.optional_time("first_issued_at")?,
            activated_at: row.optional_time("activated_at")?,
            created_at: row.time("created_at")?,
            active_keys: row.integer("active_keys")?,
        })
    }
}
