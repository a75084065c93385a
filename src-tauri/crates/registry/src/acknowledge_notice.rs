//! The user has read what became of a key whose prompt died open: it is not told again.

use keystile_keys::KeyId;
use keystile_store::{Action, KeyRow};

use crate::error::RegistryError;
use crate::registry::Registry;
use crate::revoke::about;

impl Registry {
    /// Marks the prompt of a key as closed. Told a second time, it changes nothing.
    ///
    /// # Errors
    /// `NotFound`, `NotCopied` when its prompt is still open in a living process, `ClaimFile`, or a `Store` error.
    pub async fn acknowledge_notice(&self, id: KeyId) -> Result<(), RegistryError> {
        let is_told = self
            .list_notices()
            .await?
            .iter()
            .any(|notice| notice.key.id == id);
        let mut write = self.store.write().await?;
        let key = KeyRow::find(write.connection(), id)
            .await?
            .ok_or(RegistryError::NotFound("key"))?;
        // Also when another process shows it: should that one die, its user has to be told.
        let is_shown = !is_told && !key.state.is_terminal();
        let now = self.now();
        let was_open = write.close_prompt(id, now).await?;
        if !was_open {
            return Ok(());
        }
        if is_shown || self.prompts.shows(id) {
            return Err(RegistryError::NotCopied);
        }
        write
            .record(now, about(&key, Action::NoticeAcknowledged))
            .await?;
        Ok(write.commit().await?)
    }
}
