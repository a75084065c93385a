//! The keys that windows try out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keystile_keys::{EnvironmentId, KeyId, PlainKey, ProjectId};

/// A key that was taken along from its prompt. Holds no text of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The key.
    pub key_id: KeyId,
    /// Its name as written.
    pub name: String,
    /// Its project.
    pub project_id: ProjectId,
    /// Its environment; it is sent nowhere else.
    pub environment_id: EnvironmentId,
}

/// The trials by the window that holds them: one each.
#[derive(Default)]
pub(crate) struct Trials(Mutex<HashMap<String, (Trial, Arc<PlainKey>)>>);

impl Trials {
    pub(crate) fn lock(&self) -> MutexGuard<'_, HashMap<String, (Trial, Arc<PlainKey>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
