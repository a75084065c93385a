//! The open one-time prompts. Each holds a plain key under a random ticket and belongs to one window. `issue` and
//! `rotate_key` open a prompt; `close` and `discard` end it.

mod abandon;
mod close;
mod copy;
mod discard;
mod reveal;
mod save;
mod try_key;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keystile_keys::{KeyId, PlainKey, RandomnessError, State, os_random};
use keystile_store::{KeyRow, KeychainEntryState};
use rand::TryRng;
use zeroize::Zeroizing;

use crate::error::RegistryError;

/// The handle of an open prompt: 128 random bits as 32 hexadecimal digits.
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

    /// Creates a ticket from text. The operations check whether it exists.
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Returns the ticket as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The content of a one-time prompt. It is not serializable: callers choose what leaves the process.
pub struct Prompt {
    /// The ticket.
    pub ticket: Ticket,
    /// The stored key.
    pub key: KeyRow,
    /// The plain key; `None` once the key has ended.
    pub plain: Option<Zeroizing<String>>,
    /// Whether the secret was copied.
    pub copied: bool,
    /// Whether the secret is in the system keychain.
    pub saved: bool,
    /// Whether the first copy of this key activated its environment.
    pub activated: bool,
    /// How long the old secret works after the copy; `None` if the prompt shows the first secret of a key.
    pub overlap: Option<Duration>,
}

/// A prompt to open.
pub(crate) struct NewPrompt {
    pub(crate) plain: PlainKey,
    /// The id of the secret version.
    pub(crate) secret: i64,
    /// See [`Prompt::overlap`].
    pub(crate) overlap: Option<Duration>,
    /// The key as it is stored.
    pub(crate) issued: KeyRow,
}

#[derive(Clone)]
pub(crate) struct OpenPrompt {
    pub(crate) key_id: KeyId,
    /// The id of the secret version.
    pub(crate) secret: i64,
    /// See [`Prompt::overlap`].
    pub(crate) overlap: Option<Duration>,
    /// Whether the secret of a rotation was saved to the keychain.
    pub(crate) saved: bool,
    pub(crate) plain: Arc<PlainKey>,
    /// The key as it was stored before its secret was copied.
    pub(crate) issued: KeyRow,
    /// The key as its claim was committed; `None` before. The user then has the key, even if the database fails later.
    claimed: Option<KeyRow>,
    window: String,
    activated: bool,
}

impl OpenPrompt {
    pub(crate) fn is_claimed(&self) -> bool {
        self.claimed.is_some()
    }

    pub(crate) fn to_prompt(&self, ticket: &Ticket, key: KeyRow) -> Prompt {
        let is_usable = !key.state.is_terminal();
        let (copied, saved) = match self.overlap {
            Some(_) => (self.is_claimed(), self.saved),
            None => (
                key.claimed_at.is_some(),
                key.keychain == Some(KeychainEntryState::Saved),
            ),
        };
        Prompt {
            copied,
            saved,
            overlap: self.overlap,
            ticket: ticket.clone(),
            plain: is_usable.then(|| Zeroizing::new(self.plain.expose().to_owned())),
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

    pub(crate) fn open(&self, window: &str, ticket: &Ticket, new: NewPrompt) {
        let prompt = OpenPrompt {
            key_id: new.plain.id(),
            secret: new.secret,
            overlap: new.overlap,
            saved: false,
            plain: Arc::new(new.plain),
            issued: new.issued,
            claimed: None,
            window: window.to_owned(),
            activated: false,
        };
        self.lock().insert(ticket.clone(), prompt);
    }

    /// Returns the prompt with this ticket, if it belongs to the window.
    ///
    /// # Errors
    /// `UnknownTicket`.
    pub(crate) fn get(&self, window: &str, ticket: &Ticket) -> Result<OpenPrompt, RegistryError> {
        self.lock()
            .get(ticket)
            .filter(|prompt| prompt.window == window)
            .cloned()
            .ok_or(RegistryError::UnknownTicket)
    }

    /// Returns the ticket of the window's prompt. A window shows one prompt at a time.
    pub(crate) fn find(&self, window: &str) -> Option<Ticket> {
        self.find_where(|prompt| prompt.window == window)
    }

    pub(crate) fn find_secret(&self, window: &str, secret: i64) -> Option<Ticket> {
        self.find_where(|prompt| prompt.window == window && prompt.secret == secret)
    }

    fn find_where(&self, matches: impl Fn(&OpenPrompt) -> bool) -> Option<Ticket> {
        let prompts = self.lock();
        prompts
            .iter()
            .find(|(_, prompt)| matches(prompt))
            .map(|(ticket, _)| ticket.clone())
    }

    pub(crate) fn contains_secret(&self, secret: i64) -> bool {
        self.lock().values().any(|prompt| prompt.secret == secret)
    }

    /// Records that the secret of a rotation was saved to the keychain.
    pub(crate) fn mark_saved(&self, ticket: &Ticket) {
        if let Some(prompt) = self.lock().get_mut(ticket) {
            prompt.saved = true;
        }
    }

    /// Records that the claim was committed. `activated`: it activated the environment.
    pub(crate) fn mark_claimed(&self, ticket: &Ticket, claimed: &KeyRow, activated: bool) {
        if let Some(prompt) = self.lock().get_mut(ticket) {
            prompt.claimed = Some(claimed.clone());
            prompt.activated = activated;
        }
    }

    /// Drops the plain key, which wipes its memory.
    pub(crate) fn end(&self, ticket: &Ticket) {
        self.lock().remove(ticket);
    }
}
