//! Waits for the confirmations of new keys. A key that is not confirmed in time, or whose response was lost, is revoked as
//! unclaimed.

use std::sync::Arc;

use keystile_guard::Problem;
use keystile_keys::Timestamp;
use keystile_registry::{Prompt, RegistryError, Ticket};
use keystile_service::ConnectionFailure;
use keystile_store::KeyRow;

use crate::access::Access;
use crate::admin_api::AdminApi;
use crate::confirmations::{Confirmation, Phase};
use crate::idempotency::RequestIdentity;
use crate::problems::problem;

/// The owner of the prompts that this API opens in the registry.
pub(crate) const WINDOW: &str = "admin-api";

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
            phase: tokio::sync::Mutex::new(Phase::Waiting),
        };
        confirmations.insert(prompt.ticket.clone(), Arc::new(confirmation));
        let (api, ticket) = (self.clone(), prompt.ticket.clone());
        let is_repeatable = identity.is_repeatable;
        tokio::spawn(async move {
            tokio::select! {
                () = failure.occurred(), if !is_repeatable => {}
                () = tokio::time::sleep(within) => {}
            }
            if api.end_waiting(&ticket).await == Some(Phase::Confirmed) {
                tokio::time::sleep(within).await;
            }
            api.confirmations.lock().remove(&ticket);
        });
        Ok(before)
    }

    /// Abandons a key that was not confirmed, and returns the phase it was in.
    async fn end_waiting(&self, ticket: &Ticket) -> Option<Phase> {
        let confirmation = self.confirmations.find(Access::AllProjects, ticket).ok()?;
        let mut phase = confirmation.phase.lock().await;
        let before = *phase;
        if before == Phase::Waiting {
            *phase = Phase::Ended;
            self.abandon(ticket).await;
        }
        Some(before)
    }

    /// Revokes a key as unclaimed.
    async fn abandon(&self, ticket: &Ticket) {
        tracing::info!("a new key was not confirmed; revoking it");
        match self.registry.abandon(WINDOW, ticket).await {
            // Another operation has ended the prompt.
            Ok(()) | Err(RegistryError::UnknownTicket) => {}
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "revoking an unconfirmed key failed; a sweep will do it"
            ),
        }
    }

    /// Revokes the keys that were not confirmed, when the program ends.
    pub async fn close(&self) {
        for ticket in self.confirmations.tickets() {
            self.end_waiting(&ticket).await;
        }
    }

    /// Makes a key active whose client has stored it. Repeating it changes nothing.
    ///
    /// # Errors
    /// `unknown_confirmation`, or the registry's error; the key then waits on.
    pub(crate) async fn confirm(&self, access: Access, ticket: &Ticket) -> Result<KeyRow, Problem> {
        let confirmation = self.confirmations.find(access, ticket)?;
        let mut phase = confirmation.phase.lock().await;
        match *phase {
            Phase::Waiting => {
                let copied = self.registry.copy(WINDOW, ticket).await;
                let prompt = copied.map_err(|error| problem(&error))?;
                *phase = Phase::Confirmed;
                self.close_prompt(ticket).await;
                Ok(prompt.key)
            }
            Phase::Confirmed => {
                let found = self.registry.find_key_by_id(confirmation.key).await;
                let found = found.map_err(|error| problem(&error))?;
                found.ok_or_else(Problem::unknown_confirmation)
            }
            Phase::Ended => Err(Problem::unknown_confirmation()),
        }
    }

    async fn close_prompt(&self, ticket: &Ticket) {
        let closed = self.registry.close(WINDOW, ticket).await;
        // Nothing has to be cleared, but the registry remembers copied keys until that is done.
        let cleared = self.registry.clear_clipboard().await;
        for error in [closed.err(), cleared.err()].into_iter().flatten() {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "closing the prompt of a confirmed key failed"
            );
        }
    }

    /// Discards a key that was not confirmed.
    ///
    /// # Errors
    /// `already_confirmed`, `unknown_confirmation`, or the registry's error.
    pub(crate) async fn refuse(&self, access: Access, ticket: &Ticket) -> Result<(), Problem> {
        let confirmation = self.confirmations.find(access, ticket)?;
        let mut phase = confirmation.phase.lock().await;
        match *phase {
            Phase::Waiting => {
                let discarded = self.registry.discard(WINDOW, ticket).await;
                discarded.map_err(|error| problem(&error))?;
                *phase = Phase::Ended;
                Ok(())
            }
            Phase::Confirmed => Err(Problem::already_confirmed()),
            Phase::Ended => Err(Problem::unknown_confirmation()),
        }
    }
}
