//! The new keys whose clients have not confirmed yet that they have stored them. One that is not confirmed in time, or
//! whose response was lost, is revoked as unclaimed.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keystile_guard::Problem;
use keystile_keys::{KeyId, ProjectId, Timestamp};
use keystile_registry::{Prompt, RegistryError, Ticket};
use keystile_service::ConnectionFailure;
use keystile_store::KeyRow;

use crate::access::Access;
use crate::admin_api::AdminApi;
use crate::idempotency::RequestIdentity;
use crate::problems::problem;

/// The owner of the prompts that this API opens in the registry.
pub(crate) const WINDOW: &str = "admin-api";
/// How long to wait for a confirmation that is being stored when its time is over.
const CONFIRMING_INTERVAL: Duration = Duration::from_millis(100);

/// The confirmations by ticket.
#[derive(Default)]
pub(crate) struct Confirmations(Mutex<HashMap<Ticket, Confirmation>>);

#[derive(Clone, Copy)]
struct Confirmation {
    project: ProjectId,
    key: KeyId,
    content: [u8; 32],
    before: Timestamp,
    phase: Phase,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Waiting,
    /// It is being stored.
    Confirming,
    /// Kept until its time is over, because a client may repeat its confirmation.
    Confirmed,
}

impl Confirmations {
    fn lock(&self) -> MutexGuard<'_, HashMap<Ticket, Confirmation>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes all that are waiting.
    pub(crate) fn take_waiting(&self) -> Vec<Ticket> {
        let mut confirmations = self.lock();
        let waiting = confirmations.extract_if(|_, found| found.phase == Phase::Waiting);
        waiting.map(|(ticket, _)| ticket).collect()
    }

    /// Removes one unless it is being stored, and returns its phase.
    fn end(&self, ticket: &Ticket) -> Option<Phase> {
        let mut confirmations = self.lock();
        let phase = confirmations.get(ticket)?.phase;
        if phase != Phase::Confirming {
            confirmations.remove(ticket);
        }
        Some(phase)
    }

    /// Changes the phase of one if it is `from`, and returns the phase it was in; `None` if it does not exist, or if
    /// `access` does not allow its project.
    fn advance(
        &self,
        ticket: &Ticket,
        access: Access,
        from: Phase,
        to: Phase,
    ) -> Option<(Phase, KeyId)> {
        let mut confirmations = self.lock();
        let found = confirmations
            .get_mut(ticket)
            .filter(|found| access.allows(&found.project))?;
        let phase = found.phase;
        if phase == from {
            found.phase = to;
        }
        Some((phase, found.key))
    }
}

impl AdminApi {
    /// Waits for the confirmation of a new key in the background, and returns until when. A request that was sent again
    /// gets the time of the first one. Without an idempotency key, the failure of the connection ends the key: no other
    /// request can get it.
    ///
    /// # Errors
    /// `idempotency_key_reused` if an earlier request with this idempotency key was another one.
    pub(crate) fn await_confirmation(
        &self,
        prompt: &Prompt,
        identity: &RequestIdentity,
        failure: ConnectionFailure,
    ) -> Result<Timestamp, Problem> {
        let mut confirmations = self.confirmations.lock();
        if let Some(earlier) = confirmations.get(&prompt.ticket) {
            return if earlier.content == identity.content {
                Ok(earlier.before)
            } else {
                Err(Problem::idempotency_key_reused())
            };
        }
        let within = self.settings.confirm_within;
        let before = Timestamp::now().saturating_add(within);
        let confirmation = Confirmation {
            project: prompt.key.project_id,
            key: prompt.key.id,
            content: identity.content,
            before,
            phase: Phase::Waiting,
        };
        confirmations.insert(prompt.ticket.clone(), confirmation);
        let (api, ticket) = (self.clone(), prompt.ticket.clone());
        let is_repeatable = identity.is_repeatable;
        tokio::spawn(async move {
            tokio::select! {
                () = failure.occurred(), if !is_repeatable => {}
                () = tokio::time::sleep(within) => {}
            }
            api.end_confirmation(&ticket).await;
        });
        Ok(before)
    }

    /// Abandons a key that was not confirmed.
    async fn end_confirmation(&self, ticket: &Ticket) {
        let phase = loop {
            match self.confirmations.end(ticket) {
                Some(Phase::Confirming) => tokio::time::sleep(CONFIRMING_INTERVAL).await,
                phase => break phase,
            }
        };
        if phase == Some(Phase::Waiting) {
            self.abandon(ticket).await;
        }
    }

    /// Revokes a key as unclaimed.
    pub(crate) async fn abandon(&self, ticket: &Ticket) {
        tracing::info!("a new key was not confirmed; revoking it");
        match self.registry.abandon(WINDOW, ticket).await {
            // It was revoked by its prompt being gone, or by another operation.
            Ok(()) | Err(RegistryError::UnknownTicket) => {}
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "revoking an unconfirmed key failed; a sweep will do it"
            ),
        }
    }

    /// Makes a key active whose client has stored it. Repeating it changes nothing.
    ///
    /// # Errors
    /// `unknown_confirmation`, or the registry's error; the key then waits on.
    pub(crate) async fn confirm(&self, access: Access, ticket: &Ticket) -> Result<KeyRow, Problem> {
        let (waiting, confirming) = (Phase::Waiting, Phase::Confirming);
        let found = self
            .confirmations
            .advance(ticket, access, waiting, confirming);
        let Some((phase, key)) = found else {
            return Err(Problem::unknown_confirmation());
        };
        if phase == Phase::Waiting {
            return self.claim(access, ticket).await;
        }
        let found = self.registry.find_key_by_id(key).await;
        let found = found.map_err(|error| problem(&error))?;
        found
            .filter(|_| phase == Phase::Confirmed)
            .ok_or_else(Problem::unknown_confirmation)
    }

    async fn claim(&self, access: Access, ticket: &Ticket) -> Result<KeyRow, Problem> {
        let copied = self.registry.copy(WINDOW, ticket).await;
        let phase = match copied {
            Ok(_) => Phase::Confirmed,
            Err(_) => Phase::Waiting,
        };
        self.confirmations
            .advance(ticket, access, Phase::Confirming, phase);
        let prompt = copied.map_err(|error| problem(&error))?;
        if let Err(error) = self.registry.close(WINDOW, ticket).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "closing the prompt of a confirmed key failed"
            );
        }
        Ok(prompt.key)
    }

    /// Discards a key that was not confirmed.
    ///
    /// # Errors
    /// `unknown_confirmation`.
    pub(crate) async fn refuse(&self, access: Access, ticket: &Ticket) -> Result<(), Problem> {
        {
            let mut confirmations = self.confirmations.lock();
            let is_waiting = confirmations.get(ticket).is_some_and(|found| {
                found.phase == Phase::Waiting && access.allows(&found.project)
            });
            if !is_waiting {
                return Err(Problem::unknown_confirmation());
            }
            confirmations.remove(ticket);
        }
        let discarded = self.registry.discard(WINDOW, ticket).await;
        discarded.map_err(|error| problem(&error))
    }
}
