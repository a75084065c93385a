//! Trials: new keys that the Playground of a window can send after their prompt was closed. The text of a key is never
//! shown again or stored; it is wiped when the window ends its trial.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keystile_keys::{EnvironmentId, KeyId, PlainKey, ProjectId};
use zeroize::Zeroizing;

use crate::error::RegistryError;
use crate::registry::Registry;

/// The key of a trial, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The key.
    pub key_id: KeyId,
    /// Its name.
    pub name: String,
    /// Its project.
    pub project_id: ProjectId,
    /// Its environment. The key is sent to no other.
    pub environment_id: EnvironmentId,
}

/// The trials by window, at most one for each.
#[derive(Default)]
pub(crate) struct Trials(Mutex<HashMap<String, (Trial, Arc<PlainKey>)>>);

impl Trials {
    pub(crate) fn start(&self, window: &str, trial: Trial, plain: Arc<PlainKey>) {
        self.lock().insert(window.to_owned(), (trial, plain));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Trial, Arc<PlainKey>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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
