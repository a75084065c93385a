//! Edit what was entered about an environment. The prefix can be changed until a key was issued with it.

use keystile_keys::EnvironmentId;
use keystile_store::{Action, AuditEntry, EnvironmentChange, EnvironmentRow};

use crate::error::RegistryError;
use crate::fields::EnvironmentInput;
use crate::registry::Registry;

impl Registry {
    /// Writes the fields. `prefix: None` leaves the prefix as it is.
    ///
    /// # Errors
    /// `NotFound`, `Name`, `Prefix`, `PrefixFixed`, `Endpoint`, `Store(Taken)`, or another `Store` error.
    pub async fn edit_environment(
        &self,
        id: &EnvironmentId,
        fields: &EnvironmentInput,
    ) -> Result<EnvironmentRow, RegistryError> {
        let fields = fields.check()?;
        let mut write = self.store.write().await?;
        let before = EnvironmentRow::find(write.connection(), id)
            .await?
            .ok_or(RegistryError::NotFound("environment"))?;
        let prefix = fields.prefix.as_ref().unwrap_or(&before.prefix);
        if before.first_issued_at.is_some() && *prefix != before.prefix {
            return Err(RegistryError::PrefixFixed);
        }
        let change = EnvironmentChange {
            name: &fields.name,
            stage: fields.stage,
            prefix,
            endpoint: fields.endpoint.as_deref(),
            key_location: fields.key_location.as_ref().unwrap_or(&before.key_location),
        };
        write.edit_environment(id, change).await?;
        let after = EnvironmentRow::find(write.connection(), id)
            .await?
            .ok_or(RegistryError::NotFound("environment"))?;
        if after == before {
            return Ok(before);
        }
        let entry = AuditEntry::new(Action::EnvironmentEdited)
            .project(&after.project_id)
            .environment(id)
            .with("before", before.name)
            .with("name", after.name.as_str())
            .with("stage", after.stage.as_str())
            .with("prefix", after.prefix.as_str())
            .with("endpoint", after.endpoint.clone())
            .with("key_location", after.key_location.to_string());
        write.record(self.now(), entry).await?;
        write.commit().await?;
        Ok(after)
    }
}
