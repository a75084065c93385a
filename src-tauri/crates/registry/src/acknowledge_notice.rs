//! Acknowledges a notice, so that it is not listed again.

use keystile_keys::KeyId;
use keystile_store::{Action, OpenPromptRow};

use crate::audit::key_entry;
use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Marks the prompt of a key as closed. Acknowledging a notice twice changes nothing.
    ///
    /// # Errors
    /// `NotFound`, `NotCopied` if a running process still shows the prompt, `ProcessLock`, or a `Store` error.
    pub async fn acknowledge_notice(&self, id: KeyId) -> Result<(), RegistryError> {
        let notices = self.list_notices().await?;
        let mut write = self.store.write().await?;
        let key = self.require_key(write.connection(), id).await?;
        let mut open = OpenPromptRow::all(write.connection()).await?;
        open.retain(|prompt| prompt.key.id == id);
        if open.is_empty() {
            return Ok(());
        }
        let now = self.now();
        for prompt in open {
            let has_notice = notices.iter().any(|notice| notice.secret == prompt.secret);
            // Another process may show the prompt. If that process dies, the notice is needed.
            let is_shown = !has_notice && !key.state.is_terminal();
            if is_shown || self.prompts.contains_secret(prompt.secret) {
                return Err(RegistryError::NotCopied);
            }
            write.close_prompt(prompt.secret, now).await?;
        }
        write
            .record(now, key_entry(&key, Action::NoticeAcknowledged))
            .await?;
        write.commit().await?;
        Ok(())
    }
}
