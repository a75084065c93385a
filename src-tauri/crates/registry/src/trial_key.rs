//! Reads and ends the trial of a window.

use keystile_keys::EnvironmentId;
use zeroize::Zeroizing;

use crate::error::RegistryError;
use crate::registry::Registry;
use crate::trials::Trial;

impl Registry {
    /// Returns the window's trial.
    pub fn trial(&self, window: &str) -> Option<Trial> {
        let trials = self.trials.lock();
        trials.get(window).map(|(trial, _)| trial.clone())
    }

    /// Ends the window's trial, which wipes the key from memory.
    pub fn end_trial(&self, window: &str) {
        self.trials.lock().remove(window);
    }

    /// Returns the text of the window's trial key, for a request to `environment`.
    ///
    /// # Errors
    /// `TrialNotFound` if there is none, or if it belongs to another environment.
    pub fn trial_text(
        &self,
        window: &str,
        environment: &EnvironmentId,
    ) -> Result<Zeroizing<String>, RegistryError> {
        let trials = self.trials.lock();
        let (_, plain) = trials
            .get(window)
            .filter(|(trial, _)| trial.environment_id == *environment)
            .ok_or(RegistryError::TrialNotFound)?;
        Ok(Zeroizing::new(plain.expose().to_owned()))
    }
}
