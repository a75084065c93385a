//! Delete an environment. Final: its living keys are revoked in the same transaction, and when it has any its name
//! must be typed.

use keystile_keys::{EnvironmentId, State};
use keystile_store::{Action, AuditEntry, EnvironmentRow, KeyRow, Write};

use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Deletes an environment.
    ///
    /// # Errors
    /// `NotFound`, `NameRequired` when it has living keys and `confirmation` is not its name, or a `Store` error.
    pub async fn delete_environment(
        &self,
        id: &EnvironmentId,
        confirmation: Option<&str>,
    ) -> Result<(), RegistryError> {
        let mut write = self.store.write().await?;
        let environment = EnvironmentRow::find(write.connection(), id)
            .await?
            .ok_or(RegistryError::NotFound("environment"))?;
        let revoked = self.delete_environment_in(&mut write, &environment).await?;
        require_name(revoked > 0, &environment.name, confirmation)?;
        write.commit().await?;
        self.want_sweep();
        Ok(())
    }

    /// Revokes the living keys, deletes the environment, says how many keys there were. The caller commits.
    pub(crate) async fn delete_environment_in(
        &self,
        write: &mut Write<'_>,
        environment: &EnvironmentRow,
    ) -> Result<usize, RegistryError> {
        let keys = KeyRow::list_active(write.connection(), &environment.id).await?;
        for key in &keys {
            self.end_key_in(write, key, State::Revoked).await?;
        }
        let now = self.now();
        write.delete_environment(&environment.id, now).await?;
        let entry = AuditEntry::new(Action::EnvironmentDeleted)
            .project(&environment.project_id)
            .environment(&environment.id)
            .with("name", environment.name.as_str())
            .with("revoked", keys.len());
        write.record(now, entry).await?;
        Ok(keys.len())
    }
}

/// Something final that was not confirmed with its name.
pub(crate) fn require_name(
    is_required: bool,
    name: &str,
    confirmation: Option<&str>,
) -> Result<(), RegistryError> {
    if is_required && confirmation.map(str::trim) != Some(name) {
        return Err(RegistryError::NameRequired(name.to_owned()));
    }
    Ok(())
}
