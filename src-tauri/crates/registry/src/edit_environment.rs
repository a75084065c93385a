//! Edits an environment. The prefix is fixed once a key was issued with it.

use keystile_keys::{EnvironmentId, Name};
use keystile_store::{Action, EnvironmentChange, EnvironmentRow, NameScope};

use crate::audit::environment_entry;
use crate::endpoint;
use crate::environments::require_environment;
use crate::error::RegistryError;
use crate::expiry::check_lifetimes;
use crate::field::Field;
use crate::input::{EnvironmentChanges, parse_name, parse_prefix};
use crate::registry::Registry;
use crate::similar_name::require_distinct_name;

impl Registry {
    /// Edits an environment.
    ///
    /// # Errors
    /// `NotFound`, `PrefixFixed`, an error of a field, or a `Store` error.
    pub async fn edit_environment(
        &self,
        id: &EnvironmentId,
        changes: &EnvironmentChanges,
    ) -> Result<EnvironmentRow, RegistryError> {
        let name = changes
            .name
            .as_deref()
            .map(|text| parse_name(text, Field::EnvironmentName))
            .transpose()?;
        let prefix = changes.prefix.as_deref().map(parse_prefix).transpose()?;
        let endpoint = changes
            .endpoint
            .as_ref()
            .map(|text| endpoint::parse(text.as_deref()))
            .transpose()?;
        let mut write = self.store.write().await?;
        let before = require_environment(write.connection(), id).await?;
        let prefix = prefix.as_ref().unwrap_or(&before.prefix);
        if before.first_issued_at.is_some() && *prefix != before.prefix {
            return Err(RegistryError::PrefixFixed);
        }
        // An unchanged name stays valid, even if another one looks like it.
        let new_name = name.filter(|name| name.as_str() != before.name);
        if let Some(name) = &new_name {
            let scope = NameScope::Environments(&before.project_id);
            require_distinct_name(write.connection(), scope, name, Some(id.as_str())).await?;
        }
        let change = EnvironmentChange {
            stage: changes.stage.unwrap_or(before.stage),
            prefix,
            endpoint: endpoint.as_ref().unwrap_or(&before.endpoint).as_deref(),
            key_location: changes
                .key_location
                .as_ref()
                .unwrap_or(&before.key_location),
            default_days: changes.default_days.unwrap_or(before.default_days),
            max_days: changes.max_days.unwrap_or(before.max_days),
        };
        check_lifetimes(change.default_days, change.max_days)?;
        write
            .edit_environment(id, new_name.as_ref(), change)
            .await
            .map_err(|error| {
                let name = new_name.as_ref().map_or(before.name.as_str(), Name::as_str);
                RegistryError::from_insert(error, Field::EnvironmentName, name)
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
            .with("key_location", after.key_location.to_string())
            .with("default_days", after.default_days)
            .with("max_days", after.max_days);
        write.record(self.now(), entry).await?;
        write.commit().await?;
        Ok(after)
    }
}
