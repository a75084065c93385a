//! Try a new key: its prompt is closed, and the plain key stays in memory for the Playground of the window that showed it,
//! until that is left. It is never shown again, and nothing stores it.

use std::sync::Arc;

use keystile_keys::EnvironmentId;
use keystile_store::KeyRow;
use zeroize::Zeroizing;

use crate::error::RegistryError;
use crate::open_trials::Trial;
use crate::prompt::Ticket;
use crate::registry::Registry;

impl Registry {
    /// Closes the prompt of a copied key and keeps the key for this window.
    ///
    /// # Errors
    /// As [`Registry::close`].
    pub async fn try_key(&self, holder: &str, ticket: &Ticket) -> Result<Trial, RegistryError> {
        let plain = Arc::clone(&self.prompts.get(holder, ticket)?.plain);
        let key = self.close(holder, ticket).await?;
        let trial = Trial {
            key_id: key.id,
            name: key.name,
            project_id: key.project_id,
            environment_id: key.environment_id,
        };
        self.trials
            .lock()
            .insert(holder.to_owned(), (trial.clone(), plain));
        Ok(trial)
    }

    /// The trial of this window.
    pub fn trial(&self, holder: &str) -> Option<Trial> {
        self.trials
            .lock()
            .get(holder)
            .map(|(trial, _)| trial.clone())
    }

    /// Forgets the key of this window's trial; its memory is wiped.
    pub fn end_trial(&self, holder: &str) {
        self.trials.lock().remove(holder);
    }

    /// The text of this window's trial, to be sent to the environment it belongs to.
    ///
    /// # Errors
    /// `NoTrial` when there is none, or it belongs to another environment.
    pub fn trial_text(
        &self,
        holder: &str,
        environment: &EnvironmentId,
    ) -> Result<Zeroizing<String>, RegistryError> {
        let trials = self.trials.lock();
        let (_, plain) = trials
            .get(holder)
            .filter(|(trial, _)| trial.environment_id == *environment)
            .ok_or(RegistryError::TrialNotFound)?;
        Ok(Zeroizing::new(plain.expose().to_owned()))
    }

    /// The key of an open prompt as it was issued and its text, to be checked once it was copied.
    ///
    /// # Errors
    /// `NoTicket` or `NotCopied`.
    pub fn prompted_text(
        &self,
        holder: &str,
        ticket: &Ticket,
    ) -> Result<(KeyRow, Zeroizing<String>), RegistryError> {
        let prompt = self.prompts.get(holder, ticket)?;
        if !prompt.claimed {
            return Err(RegistryError::NotCopied);
        }
        let text = Zeroizing::new(prompt.plain.expose().to_owned());
        Ok((prompt.issued, text))
    }
}
