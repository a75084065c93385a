//! The user has read what became of a key whose prompt died open: it is not told again.

use keystile_keys::KeyId;
use keystile_store::{Action, KeyRow};

use crate::error::RegistryError;
use crate::registry::Registry;
use crate::revoke::about;

impl Registry {
    /// Marks the prompt of a key as closed.
    ///
    /// # Errors
    /// `NotFound`, `NotCopied` when its prompt is still open in a living process, or a `Store` error.
    pub async fn acknowledge_notice(&self, id: KeyId) -> Result<(), RegistryError> {
        let mut write = self.store.write().await?;
        let key = KeyRow::find(write.connection(), id)
            .await?
            .ok_or(RegistryError::NotFound("key"))?;
        if key.state == keystile_keys::State::Pending || self.prompts.shows(id) {
            return Err(RegistryError::NotCopied);
        }
        let now = self.now();
        write.close_prompt(id, now).await?;
        write
            .record(now, about(&key, Action::NoticeAcknowledged))
            .await?;
        Ok(write.commit().await?)
    }
}
