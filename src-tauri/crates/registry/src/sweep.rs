//! Sweep: revoke what was never copied by processes that died, and finish what was begun in the keychain. Every
//! Keystile process does it at start, when the database changed, when a verb asks for it, and every 30 s. It never
//! unlocks a keychain: that would ask the user for something nobody wanted.

use std::collections::BTreeMap;

use keystile_keychain::{KeychainError, KeychainStatus};
use keystile_keys::State;
use keystile_store::{KeyRow, KeychainEntryRow, KeychainEntryState, OpenPromptRow};

use crate::claim::{self, DeadClaim};
use crate::error::RegistryError;
use crate::registry::Registry;
use crate::save::entry;

impl Registry {
    /// Revokes the pending keys of dead processes, as `unclaimed`. Returns them.
    ///
    /// # Errors
    /// A `Store` error or `ClaimFile`; what was done before stays done.
    pub async fn sweep(&self) -> Result<Vec<KeyRow>, RegistryError> {
        let mut abandoned: BTreeMap<String, Vec<KeyRow>> = BTreeMap::new();
        for row in OpenPromptRow::all(&mut *self.store.read().await?).await? {
            if row.key.state == State::Pending {
                abandoned.entry(row.lock_file).or_default().push(row.key);
            }
        }
        let own = self.claim_name();
        let mut revoked = Vec::new();
        for (lock_file, keys) in abandoned {
            if own.as_ref() == Some(&lock_file) {
                self.revoke_let_go(keys, &mut revoked).await?;
            } else if let Some(dead) =
                DeadClaim::take(self.directory(), &lock_file).map_err(RegistryError::ProcessLock)?
            {
                self.revoke_unclaimed(keys, &mut revoked).await?;
                dead.remove();
            }
        }
        self.remove_old_claims(own.as_deref());
        Ok(revoked)
    }

    /// This process's own pending keys that no prompt shows any more: discarded while the database failed.
    async fn revoke_let_go(
        &self,
        keys: Vec<KeyRow>,
        revoked: &mut Vec<KeyRow>,
    ) -> Result<(), RegistryError> {
        // A key is in the database a moment before it has its ticket.
        let _not_while_issuing = self.issuing.lock().await;
        let let_go = keys
            .into_iter()
            .filter(|key| !self.prompts.shows(key.id))
            .collect();
        self.revoke_unclaimed(let_go, revoked).await
    }

    async fn revoke_unclaimed(
        &self,
        keys: Vec<KeyRow>,
        revoked: &mut Vec<KeyRow>,
    ) -> Result<(), RegistryError> {
        if keys.is_empty() {
            return Ok(());
        }
        let mut write = self.store.write().await?;
        let mut ended = Vec::new();
        for key in keys {
            // Read again under the lock: another process may have been faster, or it was claimed just before.
            let now = KeyRow::find(write.connection(), key.id).await?;
            if let Some(key) = now.filter(|key| key.state == State::Pending) {
                self.end_key_in(&mut write, &key, State::Unclaimed).await?;
                ended.push(key);
            }
        }
        if !ended.is_empty() {
            write.commit().await?;
            revoked.append(&mut ended);
        }
        Ok(())
    }

    /// Claim files of dead processes that left nothing behind.
    fn remove_old_claims(&self, own: Option<&str>) {
        let Ok(names) = claim::names(self.directory()) else {
            return;
        };
        for name in names.iter().filter(|name| own != Some(name.as_str())) {
            if let Ok(Some(dead)) = DeadClaim::take(self.directory(), name) {
                dead.remove();
            }
        }
    }

    /// Removes from the keychain what is to be removed, and finds out about interrupted saves. Does nothing while the
    /// keychain is locked or absent; the next call does it. What a living process saved is that one's to finish: only it
    /// knows whether a call it gave up may still write.
    ///
    /// # Errors
    /// The last `Keychain`, `ClaimFile` or `Store` error; the other entries were finished all the same.
    pub async fn sweep_keychain(&self) -> Result<(), RegistryError> {
        let unfinished = KeychainEntryRow::list_unfinished(&mut *self.store.read().await?).await?;
        if unfinished.is_empty() || self.keychain.status().await != KeychainStatus::Ready {
            return Ok(());
        }
        let mut outcome = Ok(());
        for row in unfinished {
            if let Err(error) = self.finish_entry(&row).await {
                outcome = Err(error);
            }
        }
        outcome
    }

    async fn finish_entry(&self, row: &KeychainEntryRow) -> Result<(), RegistryError> {
        let is_own = self.claim_name().as_ref() == Some(&row.lock_file);
        if !is_own
            && DeadClaim::take(self.directory(), &row.lock_file)
                .map_err(RegistryError::ProcessLock)?
                .is_none()
        {
            return Ok(());
        }
        let key = self.key(row.key_id).await?;
        match row.state {
            KeychainEntryState::Removing => {
                self.keychain.remove(&entry(&key)).await?;
                self.forget_absent_entry(&key).await
            }
            KeychainEntryState::Saving => match self.keychain.get(&entry(&key)).await {
                Ok(_) => {
                    let saved = self.remember_entry(key.id, KeychainEntryState::Saved);
                    saved.await.map(|_| ())
                }
                Err(KeychainError::NoEntry) => self.forget_absent_entry(&key).await,
                Err(error) => Err(error.into()),
            },
            KeychainEntryState::Saved => Ok(()),
        }
    }
}
