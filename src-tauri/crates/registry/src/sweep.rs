//! Sweeps: revokes keys that were not copied before their process died, and finishes interrupted keychain operations.
//! Every process sweeps at start, after a database change, on request, and every 30 s. A sweep never unlocks a
//! keychain, because that would prompt the user.

use std::collections::BTreeMap;

use keystile_keychain::{KeychainError, KeychainStatus};
use keystile_keys::State;
use keystile_store::{Action, KeyRow, KeychainEntryRow, KeychainEntryState, OpenPromptRow};

use crate::audit::key_entry;
use crate::error::RegistryError;
use crate::issuer_lock::{EndedLock, ended_locks};
use crate::keychain::entry;
use crate::process_lock::{self, StaleLock};
use crate::registry::Registry;

impl Registry {
    /// Revokes the pending keys of dead processes and returns them. Ends the secrets of their rotations.
    ///
    /// # Errors
    /// `ProcessLock` or a `Store` error. Keys revoked before the error stay revoked.
    pub async fn sweep(&self) -> Result<Vec<KeyRow>, RegistryError> {
        let mut pending: BTreeMap<String, Vec<OpenPromptRow>> = BTreeMap::new();
        for row in OpenPromptRow::all(&mut self.store.read().await?).await? {
            if row.is_pending() {
                pending.entry(row.lock_file.clone()).or_default().push(row);
            }
        }
        let own_lock = self.issuer_lock_name().await;
        let mut revoked = Vec::new();
        if let Some(prompts) = own_lock.as_ref().and_then(|own| pending.remove(own)) {
            self.revoke_without_prompt(prompts, &mut revoked).await?;
        }
        for lock in ended_locks(&self.store, pending.keys().cloned()).await? {
            let ended = EndedLock::acquire(&self.store, &lock).await?;
            if let (Some(ended), Some(prompts)) = (ended, pending.remove(&lock)) {
                self.revoke_unclaimed(prompts, &mut revoked).await?;
                ended.remove().await?;
            }
        }
        self.remove_stale_locks(own_lock.as_deref());
        self.latest_time();
        self.store.latest_time().write_if_due(self.now());
        Ok(revoked)
    }

    /// Revokes this process's pending keys without a prompt. They were discarded while the database failed.
    async fn revoke_without_prompt(
        &self,
        pending: Vec<OpenPromptRow>,
        revoked: &mut Vec<KeyRow>,
    ) -> Result<(), RegistryError> {
        // `issue` stores a key before it opens the prompt.
        let _not_while_issuing = self.issuing.lock().await;
        let without_prompt = pending
            .into_iter()
            .filter(|prompt| !self.prompts.contains_secret(prompt.secret))
            .collect();
        self.revoke_unclaimed(without_prompt, revoked).await
    }

    async fn revoke_unclaimed(
        &self,
        pending: Vec<OpenPromptRow>,
        revoked: &mut Vec<KeyRow>,
    ) -> Result<(), RegistryError> {
        if pending.is_empty() {
            return Ok(());
        }
        let mut write = self.store.write().await?;
        let mut ended = Vec::new();
        let mut is_changed = false;
        // Read again in the transaction: a key may have been claimed or revoked meanwhile.
        for current in OpenPromptRow::all(write.connection()).await? {
            let is_abandoned = pending.iter().any(|prompt| prompt.secret == current.secret);
            if !is_abandoned || !current.is_pending() {
                continue;
            }
            is_changed = true;
            if current.is_rotation {
                write.end_secret(current.secret, self.now()).await?;
                let entry = key_entry(&current.key, Action::RotationUnclaimed);
                write.record(self.now(), entry).await?;
            } else {
                self.end_key(&mut write, &current.key, State::Unclaimed)
                    .await?;
                ended.push(current.key);
            }
        }
        if is_changed {
            write.commit().await?;
            revoked.append(&mut ended);
        }
        Ok(())
    }

    /// Removes the lock files of dead processes.
    fn remove_stale_locks(&self, own_lock: Option<&str>) {
        let Ok(names) = process_lock::names(self.directory()) else {
            return;
        };
        for name in names.iter().filter(|name| own_lock != Some(name.as_str())) {
            if let Ok(Some(stale)) = StaleLock::acquire(self.directory(), name) {
                stale.remove();
            }
        }
    }

    /// Finishes interrupted removals and saves of keychain entries. Does nothing if the keychain is locked or absent.
    /// Entries of running processes are skipped: only they know whether a call that timed out may still write.
    ///
    /// # Errors
    /// The last `Keychain`, `ProcessLock`, or `Store` error; the other entries are finished all the same.
    pub async fn sweep_keychain(&self) -> Result<(), RegistryError> {
        let unfinished = KeychainEntryRow::list_unfinished(&mut self.store.read().await?).await?;
        if unfinished.is_empty() || self.keychain.status().await != KeychainStatus::Ready {
            return Ok(());
        }
        let mut result = Ok(());
        for row in unfinished {
            if let Err(error) = self.finish_entry(&row).await {
                result = Err(error);
            }
        }
        result
    }

    async fn finish_entry(&self, row: &KeychainEntryRow) -> Result<(), RegistryError> {
        let is_own = self.issuer_lock_name().await.as_ref() == Some(&row.lock_file);
        if !is_own && !EndedLock::has_ended(&self.store, &row.lock_file).await? {
            return Ok(());
        }
        let key = self.key(row.key_id).await?;
        match row.state {
            KeychainEntryState::Removing => {
                self.keychain.remove(&entry(&key)).await?;
                self.forget_entry(&key).await
            }
            KeychainEntryState::Saving => match self.keychain.get(&entry(&key)).await {
                Ok(_) => {
                    let saved = self.set_entry_state(key.id, KeychainEntryState::Saved);
                    saved.await.map(|_| ())
                }
                Err(KeychainError::NoEntry) => self.forget_entry(&key).await,
                Err(error) => Err(error.into()),
            },
            KeychainEntryState::Saved => Ok(()),
        }
    }
}
