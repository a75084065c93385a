//! Trials: new keys that the Playground of a window can send after their prompt was closed. The text of a key is never
//! shown again or stored; it is wiped when the window ends its trial.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keystile_keys::{EnvironmentId, KeyId, PlainKey, ProjectId};

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

    pub(crate) fn lock(&self) -> MutexGuard<'_, HashMap<String, (Trial, Arc<PlainKey>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
