//! What a check says: the verdict, and to the API's owner also who showed the key. Callers decide what of it a
//! presenter sees. It holds no secret, no tag and no hash.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

use keystile_keys::{
    EnvironmentId, KeyId, Permissions, Prefix, ProjectId, Stage, State, Timestamp, Verdict,
};
use keystile_policy::KeyLocation;

/// The verdict, and who.
#[derive(Debug, Clone)]
pub struct Answer {
    /// May the request pass?
    pub verdict: Verdict,
    /// The key that was shown. Only when its secret was the right one: a guessed id tells nobody a name.
    pub key: Option<Arc<KeyInfo>>,
}

/// A key as the API's owner may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    /// Its public name.
    pub id: KeyId,
    /// Its name as written.
    pub name: String,
    /// Its project.
    pub project_id: ProjectId,
    /// The project's name as written.
    pub project_name: String,
    /// Its environment.
    pub environment_id: EnvironmentId,
    /// The environment's name as written.
    pub environment_name: String,
    /// The environment's stage.
    pub stage: Stage,
    /// What it may do.
    pub permissions: Permissions,
    /// Its state as stored; a date that has come is for the verdict to see.
    pub state: State,
    /// When it was issued.
    pub created_at: Timestamp,
    /// The first moment at which it opens nothing any more.
    pub expires_at: Option<Timestamp>,
    /// What a caller made of the above.
    pub derived: Derived,
}

/// Keeps one thing that a caller makes of a key, so that it is not made anew for every request. It lives as long as the
/// [`KeyInfo`], which never changes: whatever is committed about a key makes another one.
#[derive(Default)]
pub struct Derived(OnceLock<Box<dyn Any + Send + Sync>>);

impl Derived {
    /// What is kept, made the first time; `None` if somebody keeps something of another type.
    pub fn get<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Option<&T> {
        self.0.get_or_init(|| Box::new(make())).downcast_ref()
    }
}

impl Clone for Derived {
    /// Nothing: the copy of a key may be changed.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Derived {
    /// Keys are the same whatever was made of them.
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Derived {}

impl fmt::Debug for Derived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Derived")
    }
}

/// An environment that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Its public name.
    pub id: EnvironmentId,
    /// Its name as written.
    pub name: String,
    /// Its project.
    pub project_id: ProjectId,
    /// The project's name as written.
    pub project_name: String,
    /// The prefix of its keys.
    pub prefix: Prefix,
    /// The address of its API, when one was entered.
    pub endpoint: Option<String>,
    /// Where its requests carry their key.
    pub key_location: KeyLocation,
}
