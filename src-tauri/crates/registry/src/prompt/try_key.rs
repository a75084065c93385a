//! Closes the prompt of a copied key and keeps the key in memory for requests from the Playground.

use std::sync::Arc;

use super::Ticket;
use crate::error::RegistryError;
use crate::registry::Registry;
use crate::trials::Trial;

impl Registry {
    /// Closes the prompt and starts the window's trial of the key.
    ///
    /// # Errors
    /// As [`Registry::close`].
    pub async fn try_key(&self, window: &str, ticket: &Ticket) -> Result<Trial, RegistryError> {
        let plain = Arc::clone(&self.prompts.get(window, ticket)?.plain);
        let key = self.close(window, ticket).await?;
        let trial = Trial {
            key_id: key.id,
            name: key.name,
            project_id: key.project_id,
            environment_id: key.environment_id,
        };
        self.trials.start(window, trial.clone(), plain);
        Ok(trial)
    }
}
