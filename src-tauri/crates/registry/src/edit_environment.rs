//! Edits an environment. The prefix is fixed once a key was issued with it.

use keystile_keys::EnvironmentId;
use keystile_store::{Action, EnvironmentChange, EnvironmentRow, NameScope};

use crate::audit::environment_entry;
use crate::environments::require_environment;
use crate::error::{Field, RegistryError};
use crate::input::EnvironmentInput;
use crate::registry::Registry;
use crate::similar_name::require_distinct_name;

impl Registry {
    /// Edits an environment. `prefix: None` and `key_location: None` keep the current values.
    ///
    /// # Errors
    /// `NotFound`, `PrefixFixed`, an error of a field, or a `Store` error.
    pub async fn edit_environment(
        &self,
        id: &EnvironmentId,
        input: &EnvironmentInput,
    ) -> Result<EnvironmentRow, RegistryError> {
        let fields = input.check()?;
        let mut write = self.store.write().await?;
        let before = require_environment(write.connection(), id).await?;
        let prefix = fields.prefix.as_ref().unwrap_or(&before.prefix);
        if before.first_issued_at.is_some() && *prefix != before.prefix {
            return Err(RegistryError::PrefixFixed);
        }
        // An unchanged name stays valid, even if another one looks like it.
        if fields.name.as_str() != before.name {
            let scope = NameScope::Environments(&before.project_id);
            require_distinct_name(write.connection(), scope, &fields.name, Some(id.as_str()))
                .await?;
        }
        let change = EnvironmentChange {
            name: &fields.name,
            stage: fields.stage,
            prefix,
            endpoint: fields.endpoint.as_deref(),
            key_location: fields.key_location.as_ref().unwrap_or(&before.key_location),
        };
        write.edit_environment(id, change).await.map_err(|error| {
            RegistryError::from_insert(error, Field::EnvironmentName, &fields.name)
        })?;
        let after = require_environment(write.connection(), id).await?;
        if after == before {
            return Ok(before);
        }
        let entry = environment_entry(&after, Action::EnvironmentEdited)
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
