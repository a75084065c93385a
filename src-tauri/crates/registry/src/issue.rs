//! Issues a key. The key, its hash, and the audit entry are committed before a prompt opens. The key is pending and
//! grants no access until it is copied. Argon2id runs before the transaction.

use keystile_keys::{EnvironmentId, Permissions, PlainKey, SecretHash, Timestamp, os_random};
use keystile_store::{
    Action, AuditEntry, Connection, NameScope, NewKey, NewSecret, SecretVersionRow,
};

use crate::environments::require_environment;
use crate::error::RegistryError;
use crate::expiry::Expiry;
use crate::field::Field;
use crate::input;
use crate::key_details::parse_details;
use crate::prompt::{NewPrompt, Prompt, Ticket};
use crate::registry::Registry;
use crate::similar_name::require_distinct_name;

const MAX_IDEMPOTENCY_BYTES: usize = 64;

/// The key to issue.
#[derive(Debug, Clone)]
pub struct IssueRequest {
    /// The key's environment.
    pub environment_id: EnvironmentId,
    /// The name as entered.
    pub name: String,
    /// The key's permissions.
    pub permissions: Permissions,
    /// When the key expires.
    pub expiry: Expiry,
    /// The person, team, or program that uses the key; may be empty.
    pub owner: String,
    /// Any text about the key; may be empty.
    pub note: String,
    /// The key's tags.
    pub tags: Vec<String>,
    /// The idempotency key, 1 to 64 bytes. Two requests with the same one issue one key.
    pub idempotency_key: String,
}

/// Checks the length of an idempotency key. PostgreSQL stores no NUL.
///
/// # Errors
/// `InvalidIdempotencyKey`.
pub(crate) fn check_idempotency_key(key: &str) -> Result<(), RegistryError> {
    if (1..=MAX_IDEMPOTENCY_BYTES).contains(&key.len()) && !key.contains('\0') {
        Ok(())
    } else {
        Err(RegistryError::InvalidIdempotencyKey)
    }
}

/// Checks again, in the transaction, that no other process has handled a request.
///
/// # Errors
/// `AlreadyIssued`, or a `Store` error.
pub(crate) async fn require_new_request(
    connection: &mut Connection<'_>,
    idempotency_key: &str,
) -> Result<(), RegistryError> {
    match SecretVersionRow::find_by_submission(connection, idempotency_key).await? {
        Some(_) => Err(RegistryError::AlreadyIssued),
        None => Ok(()),
    }
}

impl IssueRequest {
    /// Requests a key that expires as its environment says, without details.
    pub fn new(
        environment_id: EnvironmentId,
        name: &str,
        permissions: Permissions,
        idempotency_key: &str,
    ) -> Self {
        Self {
            environment_id,
            name: name.to_owned(),
            permissions,
            expiry: Expiry::Default,
            owner: String::new(),
            note: String::new(),
            tags: Vec::new(),
            idempotency_key: idempotency_key.to_owned(),
        }
    }
}

impl Registry {
    /// Issues a key and opens its prompt in `window`.
    ///
    /// # Errors
    /// An error of a field, `InvalidIdempotencyKey`, `NotFound`, `EnvironmentChanged`, `AlreadyIssued`, `Randomness`,
    /// `Hash`, `ProcessLock`, or a `Store` error. No key exists then.
    pub async fn issue(
        &self,
        window: &str,
        request: &IssueRequest,
    ) -> Result<Prompt, RegistryError> {
        let name = input::parse_name(&request.name, Field::KeyName)?;
        let details = parse_details(&request.owner, &request.note, &request.tags)?;
        check_idempotency_key(&request.idempotency_key)?;
        let _one_at_a_time = self.issuing.lock().await;
        if let Some(ticket) = self.repeated(window, &request.idempotency_key).await? {
            return self.reveal(window, &ticket).await;
        }
        let environment = {
            let mut connection = self.store.read().await?;
            require_environment(&mut connection, &request.environment_id).await?
        };
        request.expiry.resolve(&environment, self.latest_time())?;
        let lock = self.issuer_lock().await?;
        let ticket = Ticket::generate()?;
        let plain = PlainKey::generate(&environment.prefix, &mut os_random())?;
        let (plain, hash) = self.hash(plain).await?;

        let mut write = self.store.write().await?;
        // The environment may have been deleted or edited since it was read above.
        let current = require_environment(write.connection(), &request.environment_id).await?;
        if current.prefix != environment.prefix {
            return Err(RegistryError::EnvironmentChanged);
        }
        require_new_request(write.connection(), &request.idempotency_key).await?;
        self.free_name(&mut write, &environment.id, &name).await?;
        let scope = NameScope::Keys(&environment.id, self.latest_time());
        require_distinct_name(write.connection(), scope, &name, None).await?;
        let now = self.now();
        let expires_at = request.expiry.resolve(&current, self.latest_time())?;
        let new = NewKey {
            id: plain.id(),
            environment_id: environment.id,
            name: &name,
            permissions: request.permissions,
            expires_at,
            details: &details,
            secret: NewSecret {
                hash: &hash,
                tag: &plain.secret().tag(self.store.install_key()),
                overlap: None,
                lock_file: lock.name(),
                idempotency_key: &request.idempotency_key,
            },
        };
        let secret = write
            .add_key(&new, now)
            .await
            .map_err(|error| RegistryError::from_insert(error, Field::KeyName, name.as_str()))?;
        write.fix_prefix(&environment.id, now).await?;
        let entry = AuditEntry::new(Action::KeyIssued)
            .project(&environment.project_id)
            .environment(&environment.id)
            .key(plain.id())
            .with("name", name.as_str())
            .with("permissions", request.permissions.scope())
            .with("expires_at", expires_at.map(Timestamp::as_millis));
        write.record(now, entry).await?;
        let issued = self.require_key(write.connection(), plain.id()).await?;
        write.commit().await?;

        let new = NewPrompt {
            plain,
            secret,
            overlap: None,
            issued: issued.clone(),
        };
        self.prompts.open(window, &ticket, new);
        let prompt = self.prompts.get(window, &ticket)?;
        Ok(prompt.to_prompt(&ticket, issued))
    }

    /// Returns the ticket of the open prompt of an earlier request with this idempotency key; `None` if there was no such
    /// request.
    ///
    /// # Errors
    /// `AlreadyIssued` if the prompt is closed, or a `Store` error.
    pub(crate) async fn repeated(
        &self,
        window: &str,
        idempotency_key: &str,
    ) -> Result<Option<Ticket>, RegistryError> {
        let mut connection = self.store.read().await?;
        match SecretVersionRow::find_by_submission(&mut connection, idempotency_key).await? {
            Some(secret) => self
                .prompts
                .find_secret(window, secret)
                .map(Some)
                .ok_or(RegistryError::AlreadyIssued),
            None => Ok(None),
        }
    }

    /// Hashes the secret of a key on a thread for blocking work.
    ///
    /// # Errors
    /// `Hash` or `TaskFailed`.
    pub(crate) async fn hash(
        &self,
        plain: PlainKey,
    ) -> Result<(PlainKey, SecretHash), RegistryError> {
        let hashing = tokio::task::spawn_blocking(move || {
            let hash = plain.secret().hash(&mut os_random());
            (plain, hash)
        });
        let (plain, hash) = hashing.await.map_err(|_| RegistryError::TaskFailed)?;
        Ok((plain, hash?))
    }
}
