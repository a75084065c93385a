//! Which of its secrets a rotated key still uses.

use keystile_keys::{KeyId, Timestamp};
use keystile_store::{SecretUse, SecretVersionRow};

use crate::error::RegistryError;
use crate::registry::Registry;

/// A secret of a key that works, with its usage since the rotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySecret {
    /// Whether it is the newest one.
    pub is_current: bool,
    /// When it was copied for the first time.
    pub claimed_at: Option<Timestamp>,
    /// From when on requests with it are denied.
    pub ends_at: Option<Timestamp>,
    /// Its usage; `None` if it was not used since the rotation.
    pub usage: Option<SecretUse>,
}

impl Registry {
    /// Returns the secrets of a key that work now, the current one first. Without the usage file, all count as unused.
    ///
    /// # Errors
    /// `NotFound` or a `Store` error.
    pub async fn key_secrets(&self, id: KeyId) -> Result<Vec<KeySecret>, RegistryError> {
        let now = self.latest_time();
        let usable = {
            let mut connection = self.store.read().await?;
            self.require_key(&mut connection, id).await?;
            SecretVersionRow::list_usable(&mut connection, id, now).await?
        };
        let mut usage = self.store.secret_usage(id).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "reading the usage of secrets failed");
            Vec::new()
        });
        let mut secrets: Vec<_> = usable
            .into_iter()
            .map(|version| {
                let index = usage.iter().position(|used| used.version == version.id);
                KeySecret {
                    is_current: false,
                    claimed_at: version.claimed_at,
                    ends_at: version.ends_at,
                    usage: index.map(|index| usage.swap_remove(index)),
                }
            })
            .collect();
        if let Some(current) = secrets.first_mut() {
            current.is_current = true;
        }
        Ok(secrets)
    }
}
