//! What there is: projects, environments, keys, and the prompts that a process left behind when it died. Reading only.

use std::collections::HashMap;

use keystile_keys::{EnvironmentId, ProjectId, State};
use keystile_store::{EnvironmentRow, KeyRow, OpenPromptRow, ProjectRow};

use crate::claim::DeadClaim;
use crate::error::RegistryError;
use crate::registry::Registry;

/// As many as one list shows.
const MOST_KEYS: u32 = 1000;

/// A prompt that was never closed, because its process died.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What became of the key.
    pub kind: NoticeKind,
    /// The key.
    pub key: KeyRow,
}

/// What became of a key whose prompt was never closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Never copied, therefore revoked.
    Unclaimed,
    /// Copied, and it works; whether the user has it only the user knows.
    Unclosed,
}

impl Registry {
    /// All projects, oldest first.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn list_projects(&self) -> Result<Vec<ProjectRow>, RegistryError> {
        Ok(ProjectRow::all(&mut *self.store.read().await?).await?)
    }

    /// The environments of a project, oldest first.
    ///
    /// # Errors
    /// `NotFound` or a `Store` error.
    pub async fn list_environments(
        &self,
        project: &ProjectId,
    ) -> Result<Vec<EnvironmentRow>, RegistryError> {
        let mut connection = self.store.read().await?;
        ProjectRow::find(&mut connection, project)
            .await?
            .ok_or(RegistryError::NotFound("project"))?;
        Ok(EnvironmentRow::list_in_project(&mut connection, project).await?)
    }

    /// The newest 1,000 keys of an environment, newest first; never pending ones.
    ///
    /// # Errors
    /// `NotFound` or a `Store` error.
    pub async fn list_keys(
        &self,
        environment: &EnvironmentId,
    ) -> Result<Vec<KeyRow>, RegistryError> {
        let mut connection = self.store.read().await?;
        EnvironmentRow::find(&mut connection, environment)
            .await?
            .ok_or(RegistryError::NotFound("environment"))?;
        Ok(KeyRow::list_in_environment(&mut connection, environment, MOST_KEYS).await?)
    }

    /// The prompts that died open and were not acknowledged yet, oldest first. Call [`Registry::sweep`] before.
    ///
    /// # Errors
    /// A `Store` error, or `ClaimFile`.
    pub async fn list_notices(&self) -> Result<Vec<Notice>, RegistryError> {
        let rows = OpenPromptRow::all(&mut *self.store.read().await?).await?;
        let own = self.claim_name();
        let mut is_dead: HashMap<String, bool> = HashMap::new();
        let mut notices = Vec::new();
        for OpenPromptRow { key, lock_file } in rows {
            let kind = match key.state {
                State::Unclaimed => NoticeKind::Unclaimed,
                State::Active | State::Disabled => NoticeKind::Unclosed,
                _ => continue,
            };
            let dead = if own.as_ref() == Some(&lock_file) {
                !self.prompts.shows(key.id)
            } else if let Some(dead) = is_dead.get(&lock_file) {
                *dead
            } else {
                let taken = DeadClaim::take(self.directory(), &lock_file)
                    .map_err(RegistryError::ProcessLock)?;
                is_dead.insert(lock_file, taken.is_some());
                taken.is_some()
            };
            if dead {
                notices.push(Notice { kind, key });
            }
        }
        Ok(notices)
    }
}
