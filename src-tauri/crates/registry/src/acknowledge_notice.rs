//! Acknowledges a notice, so that it is not listed again.

use keystile_keys::KeyId;
use keystile_store::Action;

use crate::audit::key_entry;
use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Marks the prompt of a key as closed. Acknowledging a notice twice changes nothing.
    ///
    /// # Errors
    /// `NotFound`, `NotCopied` if a running process still shows the prompt, `ProcessLock`, or a `Store` error.
    pub async fn acknowledge_notice(&self, id: KeyId) -> Result<(), RegistryError> {
        let has_notice = self
            .list_notices()
            .await?
            .iter()
            .any(|notice| notice.key.id == id);
        let mut write = self.store.write().await?;
        let key = self.require_key(write.connection(), id).await?;
        // Another process may show the prompt. If that process dies, the notice is needed.
        let is_shown = !has_notice && !key.state.is_terminal();
        let now = self.now();
        let was_open = write.close_prompt(id, now).await?;
        if !was_open {
            return Ok(());
        }
        if is_shown || self.prompts.contains_key(id) {
            return Err(RegistryError::NotCopied);
        }
        write
            .record(now, key_entry(&key, Action::NoticeAcknowledged))
            .await?;
        Ok(write.commit().await?)
    }
}
