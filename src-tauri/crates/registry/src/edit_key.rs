//! Edits a key: its name, permissions, expiry, owner, note, and tags. A permission that is taken away is missing from the
//! next request on.

use keystile_keys::{KeyId, Name, Permissions, State};
use keystile_store::{KeyChange, KeyDetails, KeyRow, NameScope};

use crate::audit::{differences, key_edited_entry};
use crate::changed::Changed;
use crate::environments::require_environment;
use crate::error::RegistryError;
use crate::expiry::Expiry;
use crate::field::Field;
use crate::input::parse_name;
use crate::key_details::{parse_note, parse_owner, parse_tags};
use crate::registry::Registry;
use crate::similar_name::require_distinct_name;

/// Changes of a key. `None` keeps what is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyChanges {
    /// The name.
    pub name: Option<String>,
    /// The permissions.
    pub permissions: Option<Permissions>,
    /// When it expires.
    pub expiry: Option<Expiry>,
    /// The person, team, or program that uses it.
    pub owner: Option<String>,
    /// Any text about it.
    pub note: Option<String>,
    /// The tags.
    pub tags: Option<Vec<String>>,
}

impl Registry {
    /// Edits an active or disabled key.
    ///
    /// # Errors
    /// `NotFound`, `InvalidKeyState`, an error of a field, or a `Store` error.
    pub async fn edit_key(
        &self,
        id: KeyId,
        changes: &KeyChanges,
    ) -> Result<Changed<KeyRow>, RegistryError> {
        let name = changes
            .name
            .as_deref()
            .map(|text| parse_name(text, Field::KeyName))
            .transpose()?;
        let owner = changes.owner.as_deref().map(parse_owner).transpose()?;
        let note = changes.note.as_deref().map(parse_note).transpose()?;
        let tags = changes.tags.as_deref().map(parse_tags).transpose()?;
        let mut write = self.store.write().await?;
        let before = self.require_key(write.connection(), id).await?;
        if !matches!(before.state, State::Active | State::Disabled) {
            return Err(RegistryError::InvalidKeyState(before.state));
        }
        let environment = require_environment(write.connection(), &before.environment_id).await?;
        // An unchanged name stays valid, even if another one looks like it.
        let new_name = name.filter(|name| name.as_str() != before.name);
        if let Some(name) = &new_name {
            self.free_name(&mut write, &environment.id, name).await?;
            let scope = NameScope::Keys(&environment.id, self.latest_time());
            require_distinct_name(write.connection(), scope, name, Some(id.as_str())).await?;
        }
        let expires_at = match changes.expiry {
            Some(expiry) => expiry.resolve(&environment, self.latest_time())?,
            None => before.expires_at,
        };
        let details = KeyDetails {
            owner: owner.unwrap_or_else(|| before.owner.clone()),
            note: note.unwrap_or_else(|| before.note.clone()),
            tags: tags.unwrap_or_else(|| before.tags.clone()),
        };
        let change = KeyChange {
            permissions: changes.permissions.unwrap_or(before.permissions),
            expires_at,
            details: &details,
        };
        write
            .edit_key(id, new_name.as_ref(), &change)
            .await
            .map_err(|error| {
                let name = new_name.as_ref().map_or(before.name.as_str(), Name::as_str);
                RegistryError::from_insert(error, Field::KeyName, name)
            })?;
        let after = self.require_key(write.connection(), id).await?;
        let (_, changed) = differences(&before, &after);
        if changed.is_empty() {
            // Another process may still wait for the same change.
            let propagation = write.await_earlier().await?;
            return Ok(Changed {
                value: before,
                propagation,
            });
        }
        write
            .record(self.now(), key_edited_entry(&before, &after))
            .await?;
        let propagation = write.commit().await?;
        Ok(Changed {
            value: after,
            propagation,
        })
    }
}
