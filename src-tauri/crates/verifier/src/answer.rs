//! What a check says: the verdict, and to the API's owner also who showed the key. Callers decide what of it a
//! presenter sees. It holds no secret, no tag and no hash.

use std::sync::Arc;

use keystile_keys::{
    EnvironmentId, KeyId, Permissions, Prefix, ProjectId, Stage, State, Timestamp, Verdict,
};

/// The verdict, and who.
#[derive(Debug, Clone)]
pub struct Answer {
    /// May the request pass?
    pub verdict: Verdict,
    /// The key that was shown. Only when its secret was the right one: a guessed id tells nobody a name.
    pub key: Option<Arc<KnownKey>>,
}

/// A key as the API's owner may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKey {
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
}
