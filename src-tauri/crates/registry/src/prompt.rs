//! The one-time prompts that are open: each a plain key under a ticket, bound to the window that asked for it. `issue`
//! opens one, `close` and `discard` end it. A plain key lives here and nowhere else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keystile_keys::{KeyId, PlainKey, RandomnessError, State, os_random};
use keystile_store::{KeyRow, KeychainEntryState};
use rand::TryRng;
use zeroize::Zeroizing;

use crate::error::RegistryError;

/// The handle under which a plain key is kept for its prompt: 128 random bits as 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ticket(String);

impl Ticket {
    pub(crate) fn generate() -> Result<Self, RegistryError> {
        let mut bytes = [0_u8; 16];
        os_random()
            .try_fill_bytes(&mut bytes)
            .map_err(|error| RandomnessError::from_cause(&error))?;
        Ok(Self(
            bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        ))
    }

    /// What a window sent. Whether there is such a ticket is found out when it is used.
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the one-time prompt shows. Not serializable on purpose: the edge takes out what it needs.
pub struct Prompt {
    /// Its ticket.
    pub ticket: Ticket,
    /// The key as stored.
    pub key: KeyRow,
    /// The plain key, until the key has ended.
    pub plain: Option<Zeroizing<String>>,
    /// Whether this key's first copying activated its environment.
    pub activated: bool,
}

impl Prompt {
    /// Whether the user has the plain key.
    pub fn is_copied(&self) -> bool {
        self.key.claimed_at.is_some()
    }

    /// Whether the key is in the system keychain.
    pub fn is_saved(&self) -> bool {
        self.key.keychain == Some(KeychainEntryState::Saved)
    }
}

#[derive(Clone)]
pub(crate) struct OpenPrompt {
    pub(crate) key_id: KeyId,
    pub(crate) plain: Arc<PlainKey>,
    /// The key as it was when it was issued, for when the database does not answer.
    pub(crate) issued: KeyRow,
    /// Whether the claim was stored: the user has the key, whatever becomes of the database.
    pub(crate) claimed: bool,
    holder: String,
    activated: bool,
}

impl OpenPrompt {
    pub(crate) fn shown(&self, ticket: &Ticket, key: KeyRow) -> Prompt {
        let has_ended = key.state.is_terminal();
        Prompt {
            ticket: ticket.clone(),
            plain: (!has_ended).then(|| Zeroizing::new(self.plain.expose().to_owned())),
            activated: self.activated && key.state == State::Active,
            key,
        }
    }
}

#[derive(Default)]
pub(crate) struct OpenPrompts(Mutex<HashMap<Ticket, OpenPrompt>>);

impl OpenPrompts {
    fn lock(&self) -> MutexGuard<'_, HashMap<Ticket, OpenPrompt>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn open(&self, holder: &str, ticket: &Ticket, plain: PlainKey, issued: KeyRow) {
        let prompt = OpenPrompt {
            key_id: plain.id(),
            plain: Arc::new(plain),
            issued,
            claimed: false,
            holder: holder.to_owned(),
            activated: false,
        };
        self.lock().insert(ticket.clone(), prompt);
    }

    /// The prompt, if this window holds it. Another window is told that there is none.
    pub(crate) fn get(&self, holder: &str, ticket: &Ticket) -> Result<OpenPrompt, RegistryError> {
        self.lock()
            .get(ticket)
            .filter(|prompt| prompt.holder == holder)
            .cloned()
            .ok_or(RegistryError::UnknownTicket)
    }

    /// Any ticket of this window: a window shows one prompt at a time.
    pub(crate) fn of_holder(&self, holder: &str) -> Option<Ticket> {
        let prompts = self.lock();
        prompts
            .iter()
            .find(|(_, prompt)| prompt.holder == holder)
            .map(|(ticket, _)| ticket.clone())
    }

    pub(crate) fn of_key(&self, holder: &str, key: KeyId) -> Option<Ticket> {
        let prompts = self.lock();
        prompts
            .iter()
            .find(|(_, prompt)| prompt.holder == holder && prompt.key_id == key)
            .map(|(ticket, _)| ticket.clone())
    }

    pub(crate) fn shows(&self, key: KeyId) -> bool {
        self.lock().values().any(|prompt| prompt.key_id == key)
    }

    /// The claim was stored; `activated`: it was its environment's first.
    pub(crate) fn mark_claimed(&self, ticket: &Ticket, activated: bool) {
        if let Some(prompt) = self.lock().get_mut(ticket) {
            prompt.claimed = true;
            prompt.activated = activated;
        }
    }

    /// Drops the plain key; its memory is wiped.
    pub(crate) fn end(&self, ticket: &Ticket) {
        self.lock().remove(ticket);
    }
}
