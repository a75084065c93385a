//! Issue a key: the key, its secret version and the audit row are committed first, and only then is there a ticket.
//! Argon2id runs before the transaction begins, never inside. The new key is pending and opens nothing until copied.

use keystile_keys::{EnvironmentId, Permissions, PlainKey, os_random};
use keystile_store::{Action, AuditEntry, EnvironmentRow, KeyRow, NewKey, StoreError, UniqueRule};

use crate::error::{Field, RegistryError};
use crate::fields;
use crate::prompt::{Prompt, Ticket};
use crate::registry::Registry;

/// What the form asked for.
#[derive(Debug, Clone)]
pub struct IssueRequest {
    /// The environment the key is to open.
    pub environment_id: EnvironmentId,
    /// Its name as entered.
    pub name: String,
    /// What it may do.
    pub permissions: Permissions,
    /// The submission's own name. Sent twice, it makes one key.
    pub idempotency_key: String,
}

impl Registry {
    /// Issues a key and opens its prompt for the window `holder`.
    ///
    /// # Errors
    /// `Name`, `SubmissionId`, `NotFound`, `EnvironmentChanged`, `AlreadyIssued`, `Randomness`, `Hash`, `ClaimFile`, `Store(Taken(KeyName))`, or another
    /// `Store` error. No key exists then.
    pub async fn issue(
        &self,
        holder: &str,
        request: &IssueRequest,
    ) -> Result<Prompt, RegistryError> {
        let name = fields::name(&request.name, Field::KeyName)?;
        if request.idempotency_key.is_empty() || request.idempotency_key.len() > 64 {
            return Err(RegistryError::SubmissionId);
        }
        let _one_at_a_time = self.issuing.lock().await;
        if let Some(key) = {
            let mut connection = self.store.read().await?;
            KeyRow::find_by_submission(&mut connection, &request.idempotency_key).await?
        } {
            let ticket = self
                .prompts
                .of_key(holder, key.id)
                .ok_or(RegistryError::AlreadyIssued)?;
            return self.reveal(holder, &ticket).await;
        }
        let environment = {
            let mut connection = self.store.read().await?;
            EnvironmentRow::find(&mut connection, &request.environment_id)
                .await?
                .ok_or(RegistryError::NotFound("environment"))?
        };
        let claim = self.claim()?;
        let ticket = Ticket::generate()?;
        let plain = PlainKey::generate(&environment.prefix, &mut os_random())?;
        let (plain, hash) = tokio::task::spawn_blocking(move || {
            let hash = plain.secret().hash(&mut os_random());
            (plain, hash)
        })
        .await
        .map_err(|_| RegistryError::Interrupted)?;
        let hash = hash?;

        let mut write = self.store.write().await?;
        // Between the look above and this lock the environment may have been deleted or given another prefix.
        let found = EnvironmentRow::find(write.connection(), &request.environment_id)
            .await?
            .ok_or(RegistryError::NotFound("environment"))?;
        if found.prefix != environment.prefix {
            return Err(RegistryError::EnvironmentChanged);
        }
        let now = self.now();
        let new = NewKey {
            id: plain.id(),
            environment_id: environment.id,
            name: &name,
            permissions: request.permissions,
            lock_file: claim.name(),
            idempotency_key: &request.idempotency_key,
            hash: &hash,
            tag: &plain.secret().tag(self.store.install_key()),
        };
        match write.add_key(&new, now).await {
            Err(StoreError::UniqueViolation(UniqueRule::IdempotencyKey)) => {
                return Err(RegistryError::AlreadyIssued);
            }
            result => result?,
        }
        write.fix_prefix(&environment.id, now).await?;
        let entry = AuditEntry::new(Action::KeyIssued)
            .project(&environment.project_id)
            .environment(&environment.id)
            .key(plain.id())
            .with("name", name.as_str())
            .with("permissions", request.permissions.scope());
        write.record(now, entry).await?;
        let issued = KeyRow::find(write.connection(), plain.id())
            .await?
            .ok_or(RegistryError::NotFound("key"))?;
        write.commit().await?;

        self.prompts.open(holder, &ticket, plain, issued.clone());
        Ok(self.prompts.get(holder, &ticket)?.shown(&ticket, issued))
    }
}
