//! The new keys whose clients have not confirmed yet that they have stored them, or have done so a short time ago.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keystile_guard::Problem;
use keystile_keys::{KeyId, ProjectId, Timestamp};
use keystile_registry::Ticket;

use crate::access::Access;

/// The confirmations by ticket.
#[derive(Default)]
pub(crate) struct Confirmations(Mutex<HashMap<Ticket, Arc<Confirmation>>>);

/// A confirmation that is awaited, or was received.
pub(crate) struct Confirmation {
    pub(crate) project: ProjectId,
    pub(crate) key: KeyId,
    /// The digest of the request.
    pub(crate) content: [u8; 32],
    /// When the key is revoked without it.
    pub(crate) before: Timestamp,
    /// Locked while a change of the phase is being stored.
    pub(crate) phase: tokio::sync::Mutex<Phase>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Waiting,
    /// Kept for a time, because a client may repeat its confirmation.
    Confirmed,
    /// It was discarded, or abandoned.
    Ended,
}

impl Confirmations {
    pub(crate) fn lock(&self) -> MutexGuard<'_, HashMap<Ticket, Arc<Confirmation>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the confirmation with this ticket.
    ///
    /// # Errors
    /// `unknown_confirmation`, also if `access` does not allow its project.
    pub(crate) fn find(
        &self,
        access: Access,
        ticket: &Ticket,
    ) -> Result<Arc<Confirmation>, Problem> {
        self.lock()
            .get(ticket)
            .filter(|found| access.allows(&found.project))
            .cloned()
            .ok_or_else(Problem::unknown_confirmation)
    }

    /// Returns all tickets.
    pub(crate) fn tickets(&self) -> Vec<Ticket> {
        self.lock().keys().cloned().collect()
    }
}
